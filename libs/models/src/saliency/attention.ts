import { CardioError } from '@cardio/core';
import { applyModel, MultiHeadAttention } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import type { Inputs } from './target.js';
import { watching } from './watch.js';

/** How much each patch attends to each other in one layer. */
export interface AttentionMap {
  /** Name of the layer. */
  readonly layer: string;
  /** `[B, N, P, P]` for N heads and P patches; row i is what patch i takes from all, and sums to 1. */
  readonly weights: tf.Tensor4D;
}

/**
 * The attention weights of a forward pass (Vaswani et al., NeurIPS 2017, equation 1), first layer first. The kernel of the pass stores none, so they
 * are computed from what each layer was given; the caller disposes of them.
 *
 * @throws CardioError `usage` for a model without attention
 */
export function attentionMaps(model: tfl.LayersModel, inputs: Inputs): AttentionMap[] {
  const layers = model.layers.filter((layer) => layer instanceof MultiHeadAttention);
  if (layers.length === 0) {
    const hint = 'Take gradCam, inputGradients or integratedGradients, which explain every model.';
    throw new CardioError('usage', `The model \`${model.name}\` has no attention. ${hint}`);
  }
  const maps: AttentionMap[] = [];
  tf.tidy(() => {
    const watcher = (layer: tfl.layers.Layer, given: tf.Tensor[], output: tf.Tensor): tf.Tensor => {
      maps.push({ layer: layer.name, weights: tf.keep(weightsOf(layer, given)) });
      return output;
    };
    watching(layers, watcher, () => applyModel(model, inputs, false));
  });
  return maps;
}

/**
 * How much the model takes of each patch, through all layers: attention rollout (Abnar & Zuidema, ACL 2020, section 3), the product of the layers'
 * mean weights over heads, each averaged with the identity for the path around it, then the mean over patches as in the models' heads.
 *
 * @returns `[B, T]`: at each sample its patch's share, those of all patches sum to 1; the caller disposes of it
 * @throws CardioError `usage` for a model without attention
 */
export function attentionRollout(model: tfl.LayersModel, inputs: Inputs): tf.Tensor2D {
  const maps = attentionMaps(model, inputs);
  const [batch, , patches] = maps[0].weights.shape;
  const shares = tf.tidy(() => {
    const around = tf.eye(patches);
    const through = ({ weights }: AttentionMap): tf.Tensor => tf.mul(tf.add(tf.mean(weights, 1), around), 0.5); // [B, P, P]
    const all = maps.map(through).reduce((product, layer) => tf.matMul(layer, product));
    const perPatch = tf.mean(all, 1); // [B, P]
    return tf.gather(perPatch, tf.tensor1d(patchOfSample(model, inputs[0].shape[1], patches), 'int32'), 1);
  });
  tf.dispose(maps.map(({ weights }) => weights));
  return tf.reshape(shares, [batch, -1]) as tf.Tensor2D;
}

/** softmax(q kᵀ / √D + bias), as the layer computes it from x `[B, P, C]` and, if given, the bias `[N, P, P]`. */
function weightsOf(layer: tfl.layers.Layer, [x, bias]: tf.Tensor[]): tf.Tensor4D {
  return tf.tidy(() => {
    const heads = layer.getConfig()['heads'] as number;
    const [kernel, offset] = layer.weights.map((weight) => weight.read()); // [C, 3C], [3C]
    const [batch, patches, width] = x.shape;
    const qkv = tf.add(tf.matMul(tf.reshape(x, [batch * patches, width]), kernel), offset); // [B P, 3C]
    const [q, k] = tf
      .split(qkv, 3, 1)
      .map((part) => tf.transpose(tf.reshape(part, [batch, patches, heads, width / heads]), [0, 2, 1, 3])); // [B, N, P, D]
    const products = tf.mul(tf.matMul(q, k, false, true), (width / heads) ** -0.5); // [B, N, P, P]
    return tf.softmax(bias ? tf.add(products, bias) : products) as tf.Tensor4D;
  });
}

/** Which patch each sample lies in: zeros complete the last patch, half of them before the first sample. */
function patchOfSample(model: tfl.LayersModel, length: number, patches: number): number[] {
  const embedding = model.layers.find(({ outputShape }) => (outputShape as number[])[1] === patches);
  const [stride] = [(embedding?.getConfig()['strides'] as number[] | undefined) ?? []].flat();
  const size = Math.ceil(length / (stride ?? 1)) === patches ? stride : length / patches;
  const before = Math.floor((size * patches - length) / 2);
  return Array.from({ length }, (_, t) => Math.min(patches - 1, Math.floor((t + before) / size)));
}
