export { CardioError, isCardioError, type ErrorCode } from './errors.js';
export {
  define,
  Factory,
  validate,
  type Definition,
  type InputOf,
  type OutputOf,
  type Progress,
  type Schema,
} from './factory.js';
export { hash32, stableJson } from './hash.js';
export { nearest, suggestion } from './nearest.js';
export { createRandom, type Random } from './random.js';
export type { Batch, BatchLoader, BatchShape, Signal, TaskKind } from './ecg.js';
