import type { Signal } from '@cardio/core';

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
export function moments(arrays: Iterable<Float32Array>): Moments {
  let count = 0;
  let mean = 0;
  let squares = 0; // sum of squared distances from the mean
  for (const array of arrays) {
    let n = 0;
    let sum = 0;
    for (const value of array) {
      if (Number.isNaN(value)) continue;
      n++;
      sum += value;
    }
    if (n === 0) continue;
    const own = sum / n;
    let ownSquares = 0;
    for (const value of array) if (!Number.isNaN(value)) ownSquares += (value - own) ** 2;
    const apart = own - mean;
    const total = count + n;
    mean += (apart * n) / total;
    squares += ownSquares + (apart * apart * count * n) / total;
    count = total;
  }
  return count === 0 ? { mean: NaN, std: NaN } : { mean, std: Math.sqrt(squares / count) };
}

/** Subtracts `mean` from every sample and divides by `std`; a `std` of 0 (a constant signal) divides by 1. */
export function standardise(signal: Signal, { mean, std }: Moments): Signal {
  const scale = std === 0 ? 1 : std;
  return { ...signal, samples: signal.samples.map((lead) => lead.map((value) => (value - mean) / scale)) };
}
