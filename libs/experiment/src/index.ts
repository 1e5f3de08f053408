export {
  createCrossValidation,
  crossValidate,
  type CrossValidation,
  type FoldResult,
  type FoldsObserver,
} from './cross-validation.js';
export { elsewhereDir, evaluateElsewhere, type ElsewhereEvaluation } from './evaluate-elsewhere.js';
export { evaluateRun, type EvaluatedSplit, type EvaluateOptions, type RunEvaluation } from './evaluate.js';
export { exportRun, type Bundle, type BundleCheck, type ExportOptions, type RunExport } from './export.js';
export {
  exportFormat,
  exportFormats,
  otherFormats,
  type ExportFormat,
  type FormatExport,
  type OtherFormat,
} from './export-formats.js';
export { fieldsOf, type Field } from './fields.js';
export { findRate } from './find-rate.js';
export { foldConfig, planFolds, wantedFolds, type FoldPlan } from './folds.js';
export { type Manifest } from './manifest.js';
export { labelFraction } from './label-fraction.js';
export { loadPlugins } from './plugins.js';
export { predictBundle } from './bundle-predict.js';
export { predictRecord, type Answer, type Prediction } from './predict.js';
export { prepareDatasetShare } from './prepare-share.js';
export type { StoreShare } from '@cardio/datasets';
export { pretrainRun, type PretrainResult } from './pretrain.js';
export { allFields, resolveConfig, type ConfigSources, type ResolvedConfig } from './resolve.js';
export { createRun, groupFolder, openRun, openTrained, readJson, runFiles, writeJson, type Run } from './run-folder.js';
export { gatherReport, type ReportOptions } from './report/gather.js';
export { writeReport } from './report/report.js';
export { compareOnTest, type TestComparison } from './compare-on-test.js';
export { compareRuns, type RunComparison } from './compare-runs.js';
export { listRuns, showRun, type NamedScore, type RunDetails, type RunRow, type RunState } from './runs.js';
export { experimentSchema, trainingSchema, type ExperimentConfig } from './schema.js';
export type { ExperimentObserver } from './observer.js';
export { openStart, startFrom } from './start-from.js';
export { trainRun, type TrainResult } from './train.js';
export { spreadOf, type ScoreSpreads, type Spread } from './spread.js';
export { readPredictions, type Predictions } from './predictions.js';
export { createSweep, evaluateBestTrial, resolveTrials, runSweep, type SweepObserver } from './sweep.js';
export { sweepSchema, type SweepConfig } from './sweep-config.js';
export { sweepRows, trialName, type Sweep, type Trial } from './sweep-state.js';
