export {
  startEngine,
  type EngineFacts,
  type EngineInfo,
  type EngineName,
  type EngineOptions,
  type Precision,
} from './start.js';
export { applyModel } from './apply-model.js';
export { initializerSeed } from './initializer-seed.js';
export { valueAndGradients, type ValueAndGradients } from './value-and-gradients.js';
export { dropoutMask, SeededDropout, type SeededDropoutConfig, type StepAware } from './seeded-dropout.js';

export { attention, type AttentionOptions } from './fused/attention.js';
export { batchNorm, type BatchNormResult } from './fused/batch-norm.js';
export { sigmoidCrossEntropy, softmaxCrossEntropy } from './fused/cross-entropy.js';
export { dropout, dropPath, type DropoutOptions } from './fused/dropout.js';
export { gatedResidual } from './fused/gated-residual.js';
export { gelu, type GeluApproximation } from './fused/gelu.js';
export { layerNorm } from './fused/layer-norm.js';
export { lstm, type LstmWeights } from './fused/lstm.js';
export { adamW, clipFactor, globalNorm, sgd, type AdamWStep, type SgdStep } from './fused/optimizer.js';

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
