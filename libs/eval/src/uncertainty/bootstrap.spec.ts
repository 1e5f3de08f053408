import { readFileSync } from 'node:fs';

import { createRandom } from '@cardio/core';
import { describe, expect, test } from '@jest/globals';

import { bootstrap, type Statistic } from '../index.js';
import { intervalOf, type IntervalMethod } from './interval.js';
import { normalCdf, normalQuantile } from './normal.js';

const golden = JSON.parse(readFileSync(new URL('../../golden/uncertainty.json', import.meta.url), 'utf8')) as {
  normal: Record<'x' | 'cdf' | 'p' | 'quantile', number[]>;
  intervals: Record<
    'mean' | 'variance',
    { data: number[]; samples: number[]; standardError: number; intervals: Record<IntervalMethod, [number, number]> }
  >;
};

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const statistics = {
  mean: meanOf,
  variance: (values: readonly number[]): number => meanOf(values.map((value) => (value - meanOf(values)) ** 2)),
};

test('the normal distribution and its inverse are those of SciPy', () => {
  const { x, cdf, p, quantile } = golden.normal;
  x.forEach((at, i) => expect(normalCdf(at) / cdf[i]).toBeCloseTo(1, 11));
  p.forEach((at, i) => expect(normalQuantile(at)).toBeCloseTo(quantile[i], 9));
  expect([0, 1, NaN].map(normalQuantile)).toEqual([-Infinity, Infinity, NaN]);
});

describe.each(['mean', 'variance'] as const)('from the same samples SciPy has the same interval of the %s', (name) => {
  const { data, samples, standardError, intervals } = golden.intervals[name];
  const estimate = statistics[name](data);
  const jackknife = Float64Array.from(data, (_, left) => statistics[name](data.filter((_, i) => i !== left)));

  test.each(['percentile', 'basic', 'bca'] as const)('%s', (method) => {
    const interval = intervalOf({ estimate, samples: Float64Array.from(samples), jackknife }, 0.9, method);
    expect(interval.low).toBeCloseTo(intervals[method][0], 12);
    expect(interval.high).toBeCloseTo(intervals[method][1], 12);
    expect(interval.standardError).toBeCloseTo(standardError, 12);
  });
});

describe('any statistic', () => {
  const random = createRandom(5);
  const values = Float64Array.from({ length: 400 }, () => random.normal());
  const mean: Statistic = ({ rows }) => rows.reduce((sum, row) => sum + values[row], 0) / rows.length;

  test.each(['percentile', 'basic', 'bca'] as const)('%s interval of a mean is the normal one', (method) => {
    const { estimate, low, high, standardError } = bootstrap(mean, 400, { resamples: 4000, method });
    const deviation = Math.sqrt(meanOf([...values].map((value) => (value - (estimate ?? 0)) ** 2)));
    // Standard error and ends are themselves uncertain by 1 to 2 % of 4000 samples.
    expect((standardError ?? 0) / (deviation / 20)).toBeCloseTo(1, 1);
    expect(Math.abs((low ?? 0) - ((estimate ?? 0) - (1.96 * deviation) / 20))).toBeLessThan(0.01);
    expect(Math.abs((high ?? 0) - ((estimate ?? 0) + (1.96 * deviation) / 20))).toBeLessThan(0.01);
  });

  test('rows and counts are the same sample', () => {
    const weighted: Statistic = ({ counts }) =>
      values.reduce((sum, value, row) => sum + value * counts[row], 0) / counts.reduce((sum, count) => sum + count);
    const [a, b] = [bootstrap(mean, 400, { seed: 9 }), bootstrap(weighted, 400, { seed: 9 })];
    expect(a.low).toBeCloseTo(b.low ?? NaN, 12);
    expect(a.high).toBeCloseTo(b.high ?? NaN, 12);
  });

  test('the same seed gives the same interval, another one another', () => {
    expect(bootstrap(mean, 400, { seed: 1 })).toEqual(bootstrap(mean, 400, { seed: 1 }));
    expect(bootstrap(mean, 400, { seed: 1 }).low).not.toBe(bootstrap(mean, 400, { seed: 2 }).low);
  });

  test('rows of a patient are drawn together: four copies of each row are no more than one', () => {
    const four: Statistic = ({ rows }) => rows.reduce((sum, row) => sum + values[row >> 2], 0) / rows.length;
    const clusters = Array.from({ length: 1600 }, (_, row) => `patient ${row >> 2}`);
    const [once, byPatient] = [bootstrap(mean, 400), bootstrap(four, 1600, { clusters })];
    expect(byPatient.low).toBeCloseTo(once.low ?? NaN, 12);
    expect(byPatient.high).toBeCloseTo(once.high ?? NaN, 12);
    const asRows = bootstrap(four, 1600); // too sure by half
    expect((asRows.standardError ?? 0) / (once.standardError ?? 1)).toBeCloseTo(0.5, 1);
  });

  test('a sample that is not accepted is drawn again', () => {
    const accept = (counts: Uint32Array): boolean => counts[0] > 0;
    const has: Statistic = ({ counts }) => (counts[0] > 0 ? 1 : 0);
    expect(bootstrap(has, 50, { accept })).toMatchObject({ estimate: 1, low: 1, standardError: 0 });
    expect(bootstrap(has, 50).low).toBe(0);
  });

  test('what is undefined says why', () => {
    const why = (...args: Parameters<typeof bootstrap>): string | null => bootstrap(...args).reason;
    expect(why(() => null, 5)).toBe('the score is undefined on the data');
    expect(why(mean, 400, { accept: () => false, resamples: 10 })).toContain('hardly a bootstrap sample');
    expect(why(() => 1, 5, { method: 'bca' })).toBe(
      'the score is the same without any one of the units that are drawn',
    );
    expect(why(({ counts }) => (counts.includes(2) ? 1 : 0), 50, { method: 'bca' })).toContain('on one side');
    expect(() => bootstrap(mean, 5, { clusters: ['a'] })).toThrow('1 clusters for 5 rows');
  });
});
