export { cnnLstm } from './cnn-lstm.js';
export { modelFactory } from './factory.js';
export { apply, classifier, Layers } from './layers.js';
export { inputFields, modelConfig, withPreset, type ModelInput } from './model-config.js';
export { seResnet1d } from './se-resnet1d.js';
