import { CardioError } from '@cardio/core';
import type { Example, PreparationStep } from './dataset.js';

/** Count, mean and sum of squared distances from it. Merged pairwise (Chan, Golub and LeVeque 1983); NaN is left out. */
type Spread = readonly [count: number, mean: number, squares: number];

/**
 * What fitting needs to know of one record's windows: three numbers (count, mean, squares) of all samples, then of each feature. A store
 * keeps them beside the record, so that fitting on a million records reads no signal.
 */
export function spreadsOf(examples: readonly Example[], features: number): Float64Array {
  const result = new Float64Array(3 * (1 + features));
  result.set(examples.reduce<Spread>((sum, { x }) => merge(sum, spreadOf(x)), none));
  for (let f = 0; f < features; f++) {
    result.set(spreadOf(Float32Array.from(examples, (example) => example.features?.[f] ?? NaN)), 3 * (1 + f));
  }
  return result;
}

/**
 * The steps that standardise by the training split: one mean and one deviation of all samples and leads together, and of each feature.
 *
 * @param spreads of each training record ({@link spreadsOf}), in the order of the split
 * @throws {CardioError} `data` when there is not one training sample
 */
export function fitStandardisation(spreads: Iterable<Float64Array>, features: number): PreparationStep[] {
  const sums = Array.from({ length: 1 + features }, () => none);
  for (const one of spreads) {
    for (let i = 0; i <= features; i++) sums[i] = merge(sums[i], [one[3 * i], one[3 * i + 1], one[3 * i + 2]]);
  }
  if (sums[0][0] === 0) {
    throw new CardioError(
      'data',
      'The training split has no readable example, so there is nothing to fit the standardisation on. Add records of that split.',
    );
  }
  const [{ mean, std }, ...columns] = sums.map(([count, m, squares]) => ({ mean: m, std: Math.sqrt(squares / count) }));
  const samples: PreparationStep = { step: 'standardise', mean, std };
  if (features === 0) return [samples];
  return [
    samples,
    { step: 'standardise-features', mean: columns.map((one) => one.mean), std: columns.map((one) => one.std) },
  ];
}

/** Standardises samples and features in place, as the fitted steps say; a deviation of 0 divides by 1. */
export interface Standardiser {
  samples(x: Float32Array): void;
  features(values: Float32Array): void;
}

/** The arithmetic of fitted steps; without any of them nothing is changed. */
export function standardiser(steps: readonly PreparationStep[]): Standardiser {
  const samples = steps.find((step) => step.step === 'standardise');
  const columns = steps.find((step) => step.step === 'standardise-features');
  return {
    samples: (x) => {
      if (!samples) return;
      const { mean } = samples;
      const scale = samples.std || 1;
      for (let i = 0; i < x.length; i++) x[i] = (x[i] - mean) / scale;
    },
    features: (values) => {
      if (!columns) return;
      for (let f = 0; f < values.length; f++) values[f] = (values[f] - columns.mean[f]) / (columns.std[f] || 1);
    },
  };
}

const none: Spread = [0, 0, 0];

function spreadOf(values: Float32Array): Spread {
  let count = 0;
  let sum = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
  }
  if (count === 0) return none;
  const mean = sum / count;
  let squares = 0;
  for (const value of values) if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  return [count, mean, squares];
}

function merge(a: Spread, b: Spread): Spread {
  const count = a[0] + b[0];
  if (b[0] === 0) return a;
  const apart = b[1] - a[1];
  return [count, a[1] + (apart * b[0]) / count, a[2] + b[2] + (apart * apart * a[0] * b[0]) / count];
}
