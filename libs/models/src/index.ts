export { cnnLstm } from './cnn-lstm.js';
export { ecgTransformer } from './ecg-transformer.js';
export { modelFactory } from './factory.js';
export { heartbeit } from './heartbeit.js';
export { apply, classifier, Layers } from './layers.js';
export { inputFields, modelConfig, withPreset, type ModelInput } from './model-config.js';
export { seResnet1d } from './se-resnet1d.js';
