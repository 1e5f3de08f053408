export { exportOnnx, type OnnxExport, type OnnxExportOptions } from './export-onnx.js';
export { openOnnx, type OnnxInput, type OnnxModel, type OnnxOutput } from './open-onnx.js';
export type { Parity } from './parity.js';
