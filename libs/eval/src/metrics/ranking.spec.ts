import { createRandom } from '@cardio/core';
import { describe, expect, test } from '@jest/globals';

import { ranked } from './ranking.js';

const random = createRandom(1);

/** Values that are hard to sort by their bits. */
const kinds: Record<string, (i: number) => number> = {
  'spread over many magnitudes': () => random.normal() * 10 ** random.uniform(-30, 30),
  'in steps': () => Math.round(20 * random.next()) / 20,
  'that differ in their last bits': () => 1 - random.integer(1000) * 2 ** -53,
  'that are all the same': () => 0.25,
  'with zeros of both signs, infinities and subnormals': (i) => [0, -0, Infinity, -Infinity, 5e-324, -5e-324, 1][i % 7],
  'with an outlier far away': (i) => (i === 7 ? 1e300 : random.next()),
};

describe.each(Object.entries(kinds))('scores %s', (_, value) => {
  test.each([
    [5, Float64Array],
    [511, Float64Array],
    [512, Float64Array],
    [3000, Float64Array],
    [3000, Float32Array],
  ] as const)('%d of them are ranked as a stable sort ranks them', (n, Type) => {
    const scores = new Type(n).map((_, i) => value(i));
    const labels = scores.map(() => (random.next() < 0.1 ? NaN : random.integer(2)));
    const places = [...scores.keys()]
      .filter((i) => !Number.isNaN(labels[i]))
      .sort((a, b) => scores[a] - scores[b] || a - b);
    const expected = places.map(
      (place, i) => (place << 2) | (labels[place] << 1) | (i > 0 && scores[place] === scores[places[i - 1]] ? 0 : 1),
    );
    expect([...ranked(scores, labels)]).toEqual(expected);
  });
});

test('Infinity minus itself is no difference', () => {
  expect([...ranked([Infinity, Infinity], [1, 0])]).toEqual([0b011, 0b100]);
});

test.each([10, 1000])('NaN is an error in %d scores', (n) => {
  for (const nan of [NaN, -NaN]) {
    const scores = new Float64Array(n).fill(0.5);
    scores[3] = nan;
    expect(() => ranked(scores, new Float64Array(n))).toThrow('Score 3 is NaN');
    expect(() => ranked(Float32Array.from(scores), new Float64Array(n))).toThrow('Score 3 is NaN');
  }
});
