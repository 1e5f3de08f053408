export { aggregateRows, type Aggregate, type AggregatedScores } from './aggregate.js';
export { auroc } from './auroc.js';
export {
  accuracy,
  confusionMatrix,
  f1,
  kappa,
  oneAgainstRest,
  positivePredictivity,
  sensitivity,
  type BinaryCounts,
} from './confusion.js';
export { evaluateGroups, evaluateScores, type ClassScores, type Evaluation, type Forgiven } from './evaluation.js';
export type { Scores } from './scores.js';
