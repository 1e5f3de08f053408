export { cnnLstm } from './cnn-lstm.js';
export { ecgTransformer } from './ecg-transformer.js';
export { modelFactory } from './factory.js';
export { heartbeit, heartbeitEncoder, type HeartbeitConfig, type HeartbeitEncoder } from './heartbeit.js';
export { inception1d } from './inception1d.js';
export { apply, classifier, Layers } from './layers.js';
export { assertLength, assertPaired, inputFields, modelConfig, withPreset, type ModelInput } from './model-config.js';
export { assertFits, codesOf, codeUse, nearestCodes, type Codebook, type CodeUse } from './pretraining/codebook.js';
export {
  headLayers,
  heartbeitPatch,
  heartbeitPretraining,
  pretrainingLayers,
} from './pretraining/heartbeit-pretraining.js';
export { learnCodebook, type CodebookOptions, type CodebookPass } from './pretraining/learn-codebook.js';
export { maskSpans, type MaskOptions } from './pretraining/mask-spans.js';
export { MaskToken, type MaskTokenConfig } from './pretraining/mask-token.js';
export { cutPatches, type SignalShape } from './pretraining/patches.js';
export { resnet1dWang } from './resnet1d-wang.js';
export { attentionMaps, attentionRollout, type AttentionMap } from './saliency/attention.js';
export { explainBatch } from './saliency/explain.js';
export { gradCam } from './saliency/grad-cam.js';
export { inputGradients, integratedGradients, type IntegratedGradientsOptions } from './saliency/gradients.js';
export type { Inputs as SaliencyInputs, Target as SaliencyTarget } from './saliency/target.js';
export { seResnet1d } from './se-resnet1d.js';
export { xresnet1d101 } from './xresnet1d101.js';
