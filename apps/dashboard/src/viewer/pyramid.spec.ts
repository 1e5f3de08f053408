import { expect, test } from '@jest/globals';

import { buildPyramid, extremes } from './pyramid.js';

/** What the pyramid must find, by looking at every sample. */
function bySight(samples: Float32Array, from: number, to: number, columns: number): Float32Array {
  const out = new Float32Array(2 * columns);
  const step = (to - from) / columns;
  for (let column = 0; column < columns; column++) {
    const start = Math.max(0, Math.floor(from + column * step));
    const end = Math.min(samples.length, Math.max(start + 1, Math.floor(from + (column + 1) * step)));
    const there = samples.subarray(start, end).filter((value) => !Number.isNaN(value));
    out[2 * column] = there.length > 0 ? there.reduce((a, b) => Math.min(a, b)) : Infinity;
    out[2 * column + 1] = there.length > 0 ? there.reduce((a, b) => Math.max(a, b)) : -Infinity;
  }
  return out;
}

const wave = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => (i % 97 === 0 ? NaN : Math.sin(i * i * 0.37) * (1 + (i % 1013) / 500)));

test.each([
  ['a whole record', 10_007, 0, 10_007, 301],
  ['a stretch off the bins', 10_007, 13, 9_871, 77],
  ['more columns than samples', 100, 3, 40, 200],
  ['one column', 4_096, 1, 4_095, 1],
  ['a record shorter than a bin', 5, 0, 5, 2],
  ['a stretch that begins before and ends after the record', 1_000, -300, 1_700, 64],
])('%s has the extremes of all its samples', (_, length, from, to, columns) => {
  const samples = wave(length);
  const out = new Float32Array(2 * columns);
  extremes(buildPyramid(samples), from, to, columns, out);
  expect(out).toEqual(bySight(samples, from, to, columns));
});

test('missing samples give gaps', () => {
  const samples = wave(1_000).fill(NaN, 200, 400);
  const out = new Float32Array(20);
  extremes(buildPyramid(samples), 0, 1_000, 10, out);
  expect([...out.subarray(4, 8)]).toEqual([Infinity, -Infinity, Infinity, -Infinity]);
  expect(Number.isFinite(out[8])).toBe(true);
});

test('drawing half an hour looks at few of its samples', () => {
  const { samples, levels } = buildPyramid(wave(650_000));
  let reads = 0;
  const counted = (values: Float32Array): Float32Array =>
    new Proxy(values, {
      get: (target, key) => {
        if (key !== 'length') reads++;
        return Reflect.get(target, key) as unknown;
      },
    });
  const watched = levels.map(({ min, max }) => ({ min: counted(min), max: counted(max) }));
  extremes({ samples: counted(samples), levels: watched }, 0, 650_000, 1_200, new Float32Array(2_400));
  expect(reads).toBeLessThan(200 * 1_200); // of the 542 samples of a pixel column each would be read two to four times otherwise
});
