/**
 * `@cardio/engine/layers`: the layers of the models alone, without the engines, so that a page can open a model in TensorFlow.js's layers format:
 * `registerLayers()`, then `tf.loadLayersModel(…)`.
 */
export { MultiHeadAttention, type MultiHeadAttentionConfig } from './fused/layers/attention.js';
export { FusedBatchNorm, type FusedBatchNormConfig } from './fused/layers/batch-norm.js';
export { DropPath } from './fused/layers/drop-path.js';
export { GatedResidual } from './fused/layers/gated-residual.js';
export { Gelu, type GeluConfig } from './fused/layers/gelu.js';
export { FusedLayerNorm, type FusedLayerNormConfig } from './fused/layers/layer-norm.js';
export { LayerScale, type LayerScaleConfig } from './fused/layers/layer-scale.js';
export { FusedLstm, type FusedLstmConfig } from './fused/layers/lstm.js';
export { PositionEmbedding, type PositionEmbeddingConfig } from './fused/layers/positions.js';
export { RelativePositionBias, type RelativePositionBiasConfig } from './fused/layers/relative-position-bias.js';
export { registerLayers } from './fused/layers/register.js';
