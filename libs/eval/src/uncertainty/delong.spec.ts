import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { delong, delongTest } from '../index.js';

interface Golden {
  labels: number[];
  first: number[];
  second: number[];
  aurocs: [number, number];
  standardErrors: [number, number];
  differenceError: number;
  z: number;
  pValue: number;
}
const golden = JSON.parse(readFileSync(new URL('../../golden/uncertainty.json', import.meta.url), 'utf8')) as {
  delong: Record<string, Golden>;
};

describe.each(Object.entries(golden.delong))('from the matrix of all pairs follows the same with %s', (_, g) => {
  test('for one AUROC', () => {
    const one = delong(g.first, g.labels);
    expect(one.auroc).toBeCloseTo(g.aurocs[0], 13);
    expect(one.standardError).toBeCloseTo(g.standardErrors[0], 13);
    expect(one.low).toBeCloseTo(g.aurocs[0] - 1.959963984540054 * g.standardErrors[0], 12);
  });

  test('for two', () => {
    const two = delongTest(g.first, g.second, g.labels);
    expect(two.difference).toBeCloseTo(g.aurocs[0] - g.aurocs[1], 13);
    expect(two.standardError).toBeCloseTo(g.differenceError, 13);
    expect(two.z).toBeCloseTo(g.z, 10);
    expect(two.pValue).toBeCloseTo(g.pValue, 12);
  });
});

test('examples whose label is unknown have no part', () => {
  expect(delong([0.1, 0.9, 0.4, 0.6, 0.5], [0, 1, 0, 1, NaN])).toEqual(delong([0.1, 0.9, 0.4, 0.6], [0, 1, 0, 1]));
});

test('what is undefined says why', () => {
  expect(delong([0.1, 0.2], [1, 1])).toMatchObject({ auroc: null, reason: 'there are no positives, or no negatives' });
  expect(delong([0.1, 0.2, 0.3], [0, 0, 1])).toMatchObject({
    auroc: 1,
    standardError: null,
    reason: 'there is only one positive, or only one negative',
  });
  const same = delongTest([0.1, 0.4, 0.2, 0.9], [0.2, 0.5, 0.3, 0.8], [0, 0, 1, 1]);
  expect(same).toMatchObject({ difference: 0, pValue: null });
  expect(same.reason).toContain('same order');
  expect(() => delongTest([0.1], [0.1, 0.2], [0])).toThrow('1 scores of the one and 2 of the other');
});
