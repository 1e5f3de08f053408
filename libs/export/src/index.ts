export { exportOnnx, type OnnxExport, type OnnxExportOptions } from './export-onnx.js';
export { openOnnx, type OnnxInput, type OnnxModel, type OnnxOutput } from './open-onnx.js';
export type { Batch } from './inputs.js';
export type { Examples, Parity, Verdict } from './parity.js';
export type { Calibration } from './precision/calibrate.js';
export { precisions, type Precision } from './precision/precision.js';
export type { ClassMap, GraphPreparation } from './preparation/prepared-subject.js';
export type { GraphStep } from './preparation/steps.js';
export { cardioaiPro, exportProfiles, type ExportProfile } from './profiles/cardioai-pro.js';
export type { BundleAnswer } from './bundle/decide.js';
export {
  checkBundle,
  checkPlaces,
  type BundleExamples,
  type BundleParity,
  type CheckOptions,
  type CheckPlace,
} from './bundle/gate/check-bundle.js';
export { openBundle } from './bundle/open-bundle.js';
export type { OpenBundle } from './bundle/open-place.js';
export { windowsOf, type BundlePrediction, type Preparing } from './bundle/predict.js';
export { bundleSchema, type Bundle, type BundleCheck } from './bundle/schema.js';
export { replacedFolder, writeBundle } from './bundle/write-bundle.js';
export { exportSafetensors, type SafetensorsExport, type SafetensorsOptions } from './formats/export-safetensors.js';
export type { FormatOptions } from './formats/format-options.js';
export { importWeights, type ImportOptions, type ImportReport } from './formats/import-weights.js';
export type { TfjsExport } from './formats/tfjs/artifacts.js';
export { exportTfjsGraph, type TfjsGraphExport } from './formats/tfjs/export-tfjs-graph.js';
export { exportTfjsLayers } from './formats/tfjs/export-tfjs-layers.js';
export { exportTorch, type TorchExport, type TorchExportOptions } from './formats/torch/export-torch.js';
export { torchVersion } from './formats/torch/run-torch.js';
