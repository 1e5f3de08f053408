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

export * from './layers.js';
