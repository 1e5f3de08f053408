import { expect, test } from '@jest/globals';
import { toHalf } from './half.js';

test.each([
  // IEEE 754-2008, binary16: sign, 5 bits of exponent, 10 of significand
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65519.99, 0x7bff],
  [65520, 0x7c00],
  [-Infinity, 0xfc00],
  [NaN, 0x7e00],
  [1 / 3, 0x3555],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000], // a tie, to even
  [3 * 2 ** -25, 0x0002], // a tie, to even
  [1.0001 * 2 ** -25, 0x0001],
  [1 + 2 ** -11, 0x3c00], // a tie, to even
  [1 + 3 * 2 ** -11, 0x3c02], // a tie, to even
  [2 - 2 ** -12, 0x4000], // rounds up into the next exponent
])('%d is %d in half precision', (value, bits) => {
  expect(toHalf([value])[0]).toBe(bits);
});
