import * as tf from '@tensorflow/tfjs-core';
import { SeededDropout } from '../../seeded-dropout.js';
import { MultiHeadAttention } from './attention.js';
import { FusedBatchNorm } from './batch-norm.js';
import { DropPath } from './drop-path.js';
import { GatedResidual } from './gated-residual.js';
import { Gelu } from './gelu.js';
import { FusedLayerNorm } from './layer-norm.js';
import { LayerScale } from './layer-scale.js';
import { FusedLstm } from './lstm.js';
import { PositionEmbedding } from './positions.js';
import { RelativePositionBias } from './relative-position-bias.js';

/** Makes our layers known to tfjs, so that saved models that contain them can be loaded. May be called any number of times. */
export function registerLayers(): void {
  tf.serialization.registerClass(SeededDropout);
  tf.serialization.registerClass(DropPath);
  tf.serialization.registerClass(FusedBatchNorm);
  tf.serialization.registerClass(FusedLayerNorm);
  tf.serialization.registerClass(FusedLstm);
  tf.serialization.registerClass(GatedResidual);
  tf.serialization.registerClass(Gelu);
  tf.serialization.registerClass(LayerScale);
  tf.serialization.registerClass(MultiHeadAttention);
  tf.serialization.registerClass(PositionEmbedding);
  tf.serialization.registerClass(RelativePositionBias);
}
