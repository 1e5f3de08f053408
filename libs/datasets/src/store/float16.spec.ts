import { expect, test } from '@jest/globals';
import { createRandom } from '@cardio/core';
import { fromFloat16, toFloat16 } from './float16.js';

const every = new Float32Array(65536);
fromFloat16(
  Uint16Array.from({ length: 65536 }, (_, i) => i),
  every,
);
const half = (...values: number[]): number[] => {
  const bits = new Uint16Array(values.length);
  toFloat16(Float32Array.from(values), bits);
  return [...bits];
};

test('known values of binary16 (IEEE 754-2019, table 3.5)', () => {
  const known = [
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x3555, 0.333251953125],
  ];
  for (const [bits, value] of known) expect([every[bits], half(value)[0]]).toEqual([value, bits]);
  expect([every[0x7c00], every[0xfc00], every[0x7e00]]).toEqual([Infinity, -Infinity, NaN]);
  expect(Object.is(every[0x8000], -0)).toBe(true);
});

test('every finite value survives the trip there and back', () => {
  const bits = new Uint16Array(65536);
  toFloat16(every, bits);
  for (let i = 0; i < 65536; i++) if (!Number.isNaN(every[i])) expect(bits[i]).toBe(i);
});

test('between two neighbours the nearer is taken, of two equally near the even one', () => {
  const random = createRandom(1);
  for (let i = 0; i < 0x7bff; i++) {
    const [low, high] = [every[i], every[i + 1]];
    const middle = (low + high) / 2;
    const inside = Math.fround(random.uniform(low, high));
    const nearest = inside - low < high - inside || (inside - low === high - inside && i % 2 === 0) ? i : i + 1;
    const even = i % 2 === 0 ? i : i + 1;
    const [a, b, c] = half(middle, inside, -middle);
    if (a !== even || b !== nearest || c !== (even | 0x8000))
      expect([i, a, b, c]).toEqual([i, even, nearest, even | 0x8000]);
  }
});

test('what is too large is infinite, and not a number stays so', () => {
  expect(half(65519.99, 65520, 1e30, Infinity, -1e6)).toEqual([0x7bff, 0x7c00, 0x7c00, 0x7c00, 0xfc00]);
  expect(every[half(NaN)[0]]).toBeNaN();
  expect(half(2 ** -25, 2 ** -25 * 1.0001, -1e-30)).toEqual([0, 1, 0x8000]);
});
