import { CardioError } from '@cardio/core';

import { highestProbability } from '../scores.js';
import { knownOnly } from './binary-curve.js';

/** How probabilities are put into bins: of the same width, or of about the same number of examples. */
export type Binning = 'uniform' | 'quantile';

/** The bins of a reliability diagram that hold an example, from the lowest probability. */
export interface ReliabilityCurve {
  /** `[B]` mean probability of each bin. */
  readonly meanPredicted: Float64Array;
  /** `[B]` share of positives of each bin. */
  readonly fractionPositive: Float64Array;
  /** `[B]` examples of each bin. */
  readonly counts: Uint32Array;
}

/**
 * What share of examples is positive where the model says so with a certain probability, as scikit-learn's `calibration_curve` has it.
 * A probability on the edge of two bins belongs to the lower.
 *
 * @param probabilities `[N]` in [0, 1]
 * @param labels `[N]`, above 0.5 for positives, NaN for unknown ones, which are left out
 * @param options `bins`: 15 by default, as in Guo et al., ICML 2017
 * @throws CardioError `usage` for probabilities outside [0, 1]
 */
export function reliabilityCurve(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  { bins = 15, binning = 'uniform' }: { bins?: number; binning?: Binning } = {},
): ReliabilityCurve {
  const known = knownOnly(probabilities, labels);
  const edges = binning === 'uniform' ? uniformEdges(bins) : quantileEdges(known.scores, bins);
  const sums = new Float64Array(bins);
  const positives = new Uint32Array(bins);
  const counts = new Uint32Array(bins);
  for (let i = 0; i < known.scores.length; i++) {
    const given = known.scores[i];
    if (!(given >= 0 && given <= highestProbability)) {
      throw new CardioError('usage', `Probability ${i} is ${given}, not in [0, 1].`);
    }
    const p = Math.min(1, given);
    const bin = firstNotBelow(edges, p);
    sums[bin] += p;
    counts[bin]++;
    if (known.labels[i] > 0.5) positives[bin]++;
  }
  const filled = [...counts.keys()].filter((bin) => counts[bin] > 0);
  return {
    meanPredicted: Float64Array.from(filled, (bin) => sums[bin] / counts[bin]),
    fractionPositive: Float64Array.from(filled, (bin) => positives[bin] / counts[bin]),
    counts: Uint32Array.from(filled, (bin) => counts[bin]),
  };
}

/**
 * Expected calibration error: how far probabilities are from shares of positives, as the mean over the examples of their bins' distances
 * (Naeini et al., AAAI 2015); `null` without examples.
 */
export function expectedCalibrationError({ meanPredicted, fractionPositive, counts }: ReliabilityCurve): number | null {
  let [distance, n] = [0, 0];
  counts.forEach((count, bin) => {
    distance += count * Math.abs(fractionPositive[bin] - meanPredicted[bin]);
    n += count;
  });
  return n === 0 ? null : distance / n;
}

/** The edges between bins, without 0 and 1. */
const uniformEdges = (bins: number): Float64Array => Float64Array.from({ length: bins - 1 }, (_, i) => (i + 1) / bins);

function quantileEdges(values: ArrayLike<number>, bins: number): Float64Array {
  const sorted = Float64Array.from(values).sort();
  return Float64Array.from({ length: bins - 1 }, (_, i) => quantile(sorted, (i + 1) / bins));
}

/** The value below which a share of the sorted values lies, with linear interpolation; NaN of none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** How many of the ascending edges are below a value. */
function firstNotBelow(edges: Float64Array, value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
