export { aggregateRows, type Aggregate, type AggregatedScores } from './aggregate.js';
export { auroc, macroAuroc } from './auroc.js';
export { applyCalibration } from './calibration/apply.js';
export type { ClassMap } from './calibration/class-map.js';
export { fitCalibration, type Calibration, type CalibrationOptions, type ClassCalibration } from './calibration/fit.js';
export { calibrationScores, compareCalibration, type CalibrationComparison } from './calibration/quality.js';
export {
  accuracy,
  binaryMatrix,
  confusionMatrix,
  f1,
  fBeta,
  gBeta,
  kappa,
  matthews,
  oneAgainstRest,
  positivePredictivity,
  sensitivity,
  specificity,
  type BinaryCounts,
} from './confusion.js';
export {
  evaluateGroups,
  evaluateScores,
  type Evaluation,
  type EvaluationOptions,
  type Forgiven,
} from './evaluation.js';
export { aamiScores, type EctopicScores } from './metrics/aami.js';
export { averagePrecision } from './metrics/areas.js';
export { betaScores, decideAtLeastOne, type BetaScores } from './metrics/beta-scores.js';
export { binaryCurve, type BinaryCurve } from './metrics/binary-curve.js';
export { challenge2020Score, type ChallengeDecisions } from './metrics/challenge2020.js';
export {
  equivalentIn2020,
  parseChallengeWeights,
  type ChallengeWeights,
  type EquivalentClasses,
} from './metrics/challenge-weights.js';
export type { CalibrationScores } from './metrics/calibration-scores.js';
export type { ClassScores } from './metrics/class-scores.js';
export { cpsc2018Classes, cpsc2018Score, type Cpsc2018Score } from './metrics/cpsc2018.js';
export { precisionRecallCurve, rocCurve, type PrecisionRecallCurve, type RocCurve } from './metrics/curves.js';
export { fmax } from './metrics/fmax.js';
export { jkIndex } from './metrics/jk.js';
export {
  expectedCalibrationError,
  reliabilityCurve,
  type Binning,
  type ReliabilityCurve,
} from './metrics/reliability.js';
export type { Score } from './metrics/score.js';
export type { Scores } from './scores.js';
export { ageBands, defaultAgeEdges } from './subgroups/age-bands.js';
export type { AttributeValue } from './subgroups/groups.js';
export {
  evaluateSubgroups,
  type GroupScore,
  type Subgroup,
  type SubgroupClass,
  type SubgroupOptions,
  type Subgroups,
} from './subgroups/subgroups.js';
export {
  chooseThresholds,
  fallbackThreshold,
  type ClassThreshold,
  type ThresholdRule,
  type Thresholds,
} from './thresholds/choose.js';
export { evaluateDecisions, predictWith, thresholdValues, type DecisionScores } from './thresholds/predict-with.js';
export { testScores, validationScores, type TestScores, type ValidationScores } from './thresholds/split-scores.js';
export { benchmarkMacroAuroc, benchmarkText, type BenchmarkScore } from './uncertainty/benchmark.js';
export { bootstrap, type BootstrapOptions, type Statistic } from './uncertainty/bootstrap.js';
export {
  bootstrapScores,
  compareScores,
  type ClassIntervals,
  type Difference,
  type ScoreBootstrapOptions,
  type ScoreDifferences,
  type ScoreIntervals,
} from './uncertainty/bootstrap-scores.js';
export { delong, delongTest, type DelongAuroc, type DelongComparison } from './uncertainty/delong.js';
export type { Interval, IntervalMethod } from './uncertainty/interval.js';
export type { Resample, ResampleOptions } from './uncertainty/resample.js';
