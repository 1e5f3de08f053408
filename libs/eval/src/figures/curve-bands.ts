import { bootstrapValues, type BootstrapOptions } from '../uncertainty/bootstrap.js';
import { intervalOf } from '../uncertainty/interval.js';

/** Scores of one class. */
export interface ScoredClass {
  /** `[N]`, higher means more positive. */
  readonly scores: ArrayLike<number>;
  /** `[N]`, above 0.5 for positives, NaN for unknown ones, which are left out. */
  readonly labels: ArrayLike<number>;
}

/** A ROC curve at 101 false positive rates, with the bounds of those of bootstrap samples. */
export interface RocBand {
  readonly falsePositiveRate: Float64Array;
  readonly truePositiveRate: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** A precision-recall curve at 101 recalls, with the bounds of those of bootstrap samples. */
export interface PrecisionRecallBand {
  readonly recall: Float64Array;
  readonly precision: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Options of {@link rocBand} and {@link precisionRecallBand}: `clusters` are the patients, all rows of whom are drawn together. */
export type CurveBandOptions = Pick<BootstrapOptions, 'resamples' | 'seed' | 'clusters' | 'level'>;

/**
 * The ROC curve of a class, or the average of several, with a pointwise band: at each false positive rate the mean of the classes' true positive
 * rates (vertical averaging, Fawcett, Pattern Recognition Letters 27:861, 2006) and the percentiles of those of bootstrap samples. Classes that
 * lack positives or negatives are left out of the mean.
 *
 * @param classes each of the same N rows
 * @returns `null` where no class has both positives and negatives
 * @throws {CardioError} `usage` for other than one cluster a row
 * @example const band = rocBand([{ scores, labels }], { clusters: patients });
 */
export function rocBand(classes: readonly ScoredClass[], options: CurveBandOptions = {}): RocBand | null {
  const band = bandOf(classes, truePositiveRates, options);
  return band && { falsePositiveRate: grid.slice(), truePositiveRate: band.mean, lower: band.lower, upper: band.upper };
}

/**
 * The same of precision at each recall: that of the highest threshold which reaches the recall.
 *
 * @returns `null` where no class has positives and negatives
 * @throws {CardioError} `usage` for other than one cluster a row
 */
export function precisionRecallBand(
  classes: readonly ScoredClass[],
  options: CurveBandOptions = {},
): PrecisionRecallBand | null {
  const band = bandOf(classes, precisions, options);
  return band && { recall: grid.slice(), precision: band.mean, lower: band.lower, upper: band.upper };
}

const grid = Float64Array.from({ length: 101 }, (_, i) => i / 100);

function bandOf(classes: readonly ScoredClass[], curve: typeof truePositiveRates, options: CurveBandOptions) {
  const ranked = classes.map(descending);
  const mean = ({ counts }: { readonly counts: Uint32Array }): Float64Array => {
    const sum = new Float64Array(grid.length);
    let defined = 0;
    for (const one of ranked) {
      const totals = totalsOf(one, counts);
      if (totals.positives === 0 || totals.negatives === 0) continue;
      curve(one, counts, totals).forEach((value, i) => (sum[i] += value));
      defined++;
    }
    return sum.map((value) => value / defined); // NaN of none
  };
  const values = bootstrapValues(mean, classes[0]?.scores.length ?? 0, options);
  if (values.every(({ estimate }) => Number.isNaN(estimate))) return null;
  const intervals = values.map((value) => intervalOf(value, options.level ?? 0.95, 'percentile'));
  return {
    mean: Float64Array.from(values, ({ estimate }) => estimate),
    lower: Float64Array.from(intervals, ({ low }) => low ?? NaN),
    upper: Float64Array.from(intervals, ({ high }) => high ?? NaN),
  };
}

/** Rows with a known label from the highest score down; where a score ends; what is positive. */
interface Descending {
  readonly rows: Uint32Array;
  readonly ends: Uint8Array;
  readonly positive: Uint8Array;
}

function descending({ scores, labels }: ScoredClass): Descending {
  const rows = Uint32Array.from(Array.from(scores, (_, row) => row).filter((row) => !Number.isNaN(labels[row])));
  rows.sort((a, b) => scores[b] - scores[a]);
  return {
    rows,
    ends: Uint8Array.from(rows, (row, i) => (scores[row] === scores[rows[i + 1]] ? 0 : 1)),
    positive: Uint8Array.from(rows, (row) => (labels[row] > 0.5 ? 1 : 0)),
  };
}

function totalsOf({ rows, positive }: Descending, counts: Uint32Array): { positives: number; negatives: number } {
  let [positives, all] = [0, 0];
  for (let i = 0; i < rows.length; i++) {
    all += counts[rows[i]];
    if (positive[i]) positives += counts[rows[i]];
  }
  return { positives, negatives: all - positives };
}

/** At each false positive rate of the grid, on the straight lines between points; the highest where the curve is upright. */
function truePositiveRates(
  { rows, ends, positive }: Descending,
  counts: Uint32Array,
  { positives, negatives }: { readonly positives: number; readonly negatives: number },
): Float64Array {
  const rates = new Float64Array(grid.length).fill(1);
  let [tp, fp, x0, y0, at] = [0, 0, 0, 0, 0];
  for (let i = 0; i < rows.length; i++) {
    if (positive[i]) tp += counts[rows[i]];
    else fp += counts[rows[i]];
    if (!ends[i]) continue;
    const [x, y] = [fp / negatives, tp / positives];
    for (; grid[at] < x; at++) rates[at] = y0 + ((grid[at] - x0) / (x - x0)) * (y - y0);
    [x0, y0] = [x, y];
  }
  return rates;
}

/** At each recall of the grid, of the first threshold from above that reaches it. */
function precisions(
  { rows, ends, positive }: Descending,
  counts: Uint32Array,
  { positives }: { readonly positives: number },
): Float64Array {
  const result = new Float64Array(grid.length);
  let [tp, fp, at] = [0, 0, 0];
  for (let i = 0; i < rows.length; i++) {
    if (positive[i]) tp += counts[rows[i]];
    else fp += counts[rows[i]];
    if (!ends[i] || tp === 0) continue;
    for (; at < grid.length && grid[at] <= tp / positives; at++) result[at] = tp / (tp + fp);
  }
  return result;
}
