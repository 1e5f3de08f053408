export { startEngine, type EngineInfo, type EngineName } from './start.js';
export {
  dropoutMask,
  registerLayers,
  SeededDropout,
  type SeededDropoutConfig,
  type StepAware,
} from './seeded-dropout.js';
