import type { Signal } from '@cardio/core';
import type { Samples } from './gaps.js';

/** The mean and the (population) standard deviation of samples, in their unit. */
export interface Moments {
  readonly mean: number;
  readonly std: number;
}

/**
 * One mean and one standard deviation over all samples of all arrays together, in double precision by a pairwise update (Chan, Golub and
 * LeVeque 1983). NaN is left out; without any sample both are NaN.
 *
 * @param arrays leads, whole records or any pieces of them: how they are cut does not matter
 */
export function moments(arrays: Iterable<Samples>): Moments {
  const total = emptySpread();
  for (const array of arrays) addSamples(total, array);
  return total.count === 0
    ? { mean: NaN, std: NaN }
    : { mean: total.mean, std: Math.sqrt(total.squares / total.count) };
}

/** Samples so far: how many, their mean, and the sum of squared distances from it. */
interface Spread {
  count: number;
  mean: number;
  squares: number;
}

export const emptySpread = (): Spread => ({ count: 0, mean: 0, squares: 0 });

/** Counts samples into a spread. Distances are taken from the first one, so that a constant has exactly its own mean and no squares. */
export function addSamples(total: Spread, samples: Samples): void {
  const complete = spreadOf(samples);
  const own = Number.isNaN(complete.mean) ? spreadOf(samples.filter((value) => !Number.isNaN(value))) : complete;
  if (own.count === 0) return;
  const apart = own.mean - total.mean;
  const count = total.count + own.count;
  total.mean += (apart * own.count) / count;
  total.squares += own.squares + (apart * apart * total.count * own.count) / count;
  total.count = count;
}

/** Of samples without NaN. Four sums at a time, because a sum waits for its last addition. */
function spreadOf(samples: Samples): Spread {
  const count = samples.length;
  if (count === 0) return emptySpread();
  const whole = count - (count % 4);
  const first = samples[0];
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    a += samples[i] - first;
    b += samples[i + 1] - first;
    c += samples[i + 2] - first;
    d += samples[i + 3] - first;
  }
  for (let i = whole; i < count; i++) a += samples[i] - first;
  const mean = first + (a + b + (c + d)) / count;
  [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    a += (samples[i] - mean) ** 2;
    b += (samples[i + 1] - mean) ** 2;
    c += (samples[i + 2] - mean) ** 2;
    d += (samples[i + 3] - mean) ** 2;
  }
  for (let i = whole; i < count; i++) a += (samples[i] - mean) ** 2;
  return { count, mean, squares: a + b + (c + d) };
}

/** Subtracts `mean` from every sample and divides by `std`; a `std` of 0 (a constant signal) divides by 1. */
export function standardise(signal: Signal, { mean, std }: Moments): Signal {
  const scale = std === 0 ? 1 : std;
  return { ...signal, samples: signal.samples.map((lead) => lead.map((value) => (value - mean) / scale)) };
}
