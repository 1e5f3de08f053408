import {
  applyCalibration,
  precisionRecallCurve,
  reliabilityCurve,
  rocCurve,
  type Calibration,
  type Scores,
  type Thresholds,
} from '@cardio/eval';
import {
  codebookUsageFigure,
  confusionFigure,
  forestFigure,
  learningCurvesFigure,
  precisionRecallFigure,
  reliabilityFigure,
  rocFigure,
  scoreHistogramFigure,
} from '@cardio/eval/figures';
import {
  languageOf,
  type ReportClass,
  type ReportData,
  type ReportLanguage,
  type ReportSubgroups,
} from '@cardio/eval/report';
import type { EpochRecord } from '@cardio/trainers';

import { averageCurves } from './bands.js';

/** What the figures of a report show. */
interface FigureSources {
  /** Of the run. */
  readonly name: string;
  readonly scores: Scores;
  readonly classes: readonly ReportClass[];
  readonly confusion: readonly (readonly number[])[] | null;
  readonly thresholds: Thresholds | null;
  readonly calibration: Calibration | null;
  readonly history: readonly EpochRecord[];
  readonly monitor: string | null;
  readonly subgroups: readonly ReportSubgroups[];
  readonly codeCounts: readonly number[] | null;
  /** Of each row of the scores. */
  readonly patients: readonly string[];
}

/** As wide as a phone shows without making it smaller. */
const width = 360;

/** More histograms below each other than this do not fit a printed page. */
const mostHistograms = 6;

/** Draws the figures that there is something for. */
export async function drawFigures(sources: FigureSources, lang: ReportLanguage): Promise<ReportData['figures']> {
  const { scores, classes, confusion, history, monitor, subgroups, codeCounts, patients } = sources;
  const options = { width, lang };
  const { attributes, values } = languageOf(lang).words.subgroups;
  const columns = scores.classes.map((name, c) => ({ name, ...columnOf(scores, c), known: classes[c] }));
  const averages = averageCurves(scores, patients);
  const learned = history.filter(({ validation }) => validation);
  return {
    roc: await rocFigure(
      {
        classes: columns.map(({ name, probabilities, labels, known }) => ({
          name,
          curve: rocCurve(probabilities, labels),
          area: known.auroc,
          interval: known.aurocInterval,
        })),
        ...(averages?.roc && { average: { ...averages.roc, area: mean(classes.map(({ auroc }) => auroc)) } }),
      },
      options,
    ),
    'precision-recall': await precisionRecallFigure(
      {
        classes: columns.map(({ name, probabilities, labels, known }) => ({
          name,
          curve: precisionRecallCurve(probabilities, labels),
          area: known.auprc,
          prevalence: known.positives / probabilities.length,
        })),
        ...(averages?.precisionRecall && {
          average: { ...averages.precisionRecall, area: mean(classes.map(({ auprc }) => auprc)) },
        }),
      },
      options,
    ),
    ...(confusion && { confusion: await confusionFigure({ classes: scores.classes, counts: confusion }, options) }),
    scores: await scoreHistogramFigure(
      {
        classes: columns.map(({ name, probabilities, labels }, c) => ({
          name,
          positives: probabilities.filter((_, i) => labels[i] > 0.5),
          negatives: probabilities.filter((_, i) => labels[i] <= 0.5),
          threshold: sources.thresholds?.classes[c].threshold ?? null,
        })),
      },
      { ...options, top: mostHistograms },
    ),
    ...(await reliability(sources, lang)),
    ...(history.length > 1 && {
      learning: await learningCurvesFigure(
        { runs: [{ name: sources.name, epochs: history }] },
        { ...options, ...(monitor && monitor !== 'loss' && learned.length > 0 && { score: monitor }) },
      ),
    }),
    ...(subgroups.some(({ groups }) => groups.some(({ value }) => value !== null)) && {
      forest: await forestFigure(
        {
          rows: subgroups.flatMap(({ attribute, groups }) =>
            groups.map(({ name, value, interval, examples }) => ({
              ...{
                label: values[name] ?? name,
                group: attributes[attribute] ?? attribute,
                value,
                interval,
                count: examples,
              },
              few: examples < 10,
            })),
          ),
        },
        options,
      ),
    }),
    ...(codeCounts && { codebook: await codebookUsageFigure({ counts: codeCounts }, options) }),
  };
}

/** All classes' probabilities together, before and after calibration. */
async function reliability(
  { scores, calibration }: FigureSources,
  lang: ReportLanguage,
): Promise<ReportData['figures']> {
  const { before, after } = languageOf(lang).words.calibration;
  const curve = (probabilities: ArrayLike<number>) => reliabilityCurve(probabilities, scores.labels);
  const curves = [
    { name: before.toLowerCase(), curve: curve(scores.probabilities) },
    ...(calibration
      ? [
          {
            name: after.toLowerCase(),
            curve: curve(applyCalibration(calibration, scores.probabilities)),
          },
        ]
      : []),
  ];
  return { reliability: await reliabilityFigure({ curves }, { width, lang }) };
}

/** Of what is defined. */
function mean(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length > 0 ? defined.reduce((sum, value) => sum + value, 0) / defined.length : null;
}

/** A class's probabilities and labels, the unknown left out unless `all` are wanted. */
export function columnOf(
  { classes, probabilities, labels }: Scores,
  c: number,
  which: 'known' | 'all' = 'known',
): { readonly probabilities: Float64Array; readonly labels: Float64Array } {
  const k = classes.length;
  const rows = Array.from({ length: labels.length / k }, (_, i) => i * k + c).filter(
    (at) => which === 'all' || !Number.isNaN(labels[at]),
  );
  return {
    probabilities: Float64Array.from(rows, (at) => probabilities[at]),
    labels: Float64Array.from(rows, (at) => labels[at]),
  };
}
