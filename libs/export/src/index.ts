export { exportOnnx, type OnnxExport, type OnnxExportOptions } from './export-onnx.js';
export { openOnnx, type OnnxInput, type OnnxModel, type OnnxOutput } from './open-onnx.js';
export type { Batch } from './inputs.js';
export type { Examples, Parity, Verdict } from './parity.js';
export type { Calibration } from './precision/calibrate.js';
export { precisions, type Precision } from './precision/precision.js';
export type { ClassMap, GraphPreparation } from './preparation/prepared-subject.js';
export type { GraphStep } from './preparation/steps.js';
export { cardioaiPro, exportProfiles, type ExportProfile } from './profiles/cardioai-pro.js';
