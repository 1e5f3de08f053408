export { openBundle, type BrowserOptions, type BundleFileSet } from './open-bundle.js';
export type { BundleAnswer } from '../bundle/decide.js';
export type { OpenBundle } from '../bundle/open-place.js';
export type { BundlePrediction } from '../bundle/predict.js';
export type { Bundle, BundleCheck } from '../bundle/schema.js';
export type { OnnxInput } from '../onnx-model.js';
