export { codebookUsageFigure } from './codebook-usage-figure.js';
export { confusionFigure } from './confusion-figure.js';
export {
  precisionRecallBand,
  rocBand,
  type CurveBandOptions,
  type PrecisionRecallBand,
  type RocBand,
  type ScoredClass,
} from './curve-bands.js';
export { ecgPaper, type EcgMark, type EcgPaperOptions } from './ecg-paper.js';
export { forestFigure, type ForestOptions, type ForestRow } from './forest-figure.js';
export type { FigureOptions } from './frame.js';
export {
  learningCurvesFigure,
  type LearningCurvesOptions,
  type LearningEpoch,
  type LearningRun,
} from './learning-curves-figure.js';
export { precisionRecallFigure, type PrecisionRecallFigureCurve } from './precision-recall-figure.js';
export { reliabilityFigure, type ReliabilityFigureCurve } from './reliability-figure.js';
export { rocFigure, type CurveFigureOptions, type RocFigureCurve } from './roc-figure.js';
export {
  scoreHistogramFigure,
  type ScoreHistogramClass,
  type ScoreHistogramOptions,
} from './score-histogram-figure.js';
export { svgToPng, type PngOptions } from './svg-to-png.js';
export type { FigureLanguage, FigureWords } from './words.js';
