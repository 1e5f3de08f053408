export {
  createCrossValidation,
  crossValidate,
  type CrossValidation,
  type FoldResult,
  type FoldsObserver,
} from './cross-validation.js';
export { evaluateRun, type EvaluatedSplit, type RunEvaluation } from './evaluate.js';
export { exportFormats, exportRun, type Bundle, type ExportFormat } from './export.js';
export { fieldsOf, type Field } from './fields.js';
export { planFolds, wantedFolds, type FoldPlan } from './folds.js';
export { type Manifest } from './manifest.js';
export { labelFraction } from './label-fraction.js';
export { loadPlugins } from './plugins.js';
export { predictRecord, type Answer, type Prediction } from './predict.js';
export { pretrainRun, type PretrainResult } from './pretrain.js';
export { allFields, resolveConfig, type ConfigSources, type ResolvedConfig } from './resolve.js';
export { createRun, groupFolder, openRun, readJson, runFiles, writeJson, type Run } from './run-folder.js';
export { experimentSchema, trainingSchema, type ExperimentConfig } from './schema.js';
export type { ExperimentObserver } from './observer.js';
export { startFrom } from './start-from.js';
export { trainRun, type TrainResult } from './train.js';
export { type ScoreSpreads, type Spread } from './spread.js';
export { type Predictions } from './predictions.js';
export { createSweep, evaluateBestTrial, runSweep, type SweepObserver } from './sweep.js';
export { sweepSchema, type SweepConfig } from './sweep-config.js';
export { sweepRows, trialName, type Sweep, type Trial } from './sweep-state.js';
