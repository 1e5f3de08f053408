const bits = new Uint32Array(1);
const number = new Float32Array(bits.buffer);

/** The largest number of half precision. */
export const largestHalf = 65504;
/** The smallest that has its full eleven bits. */
export const smallestNormalHalf = 2 ** -14;

/** The bits of numbers in half precision (IEEE 754 binary16), rounded to the nearest, ties to even; what is beyond 65504 is infinite. */
export const toHalf = (values: ArrayLike<number>): Uint16Array => Uint16Array.from(values, half);

function half(value: number): number {
  number[0] = value;
  const sign = (bits[0] >>> 16) & 0x8000;
  const magnitude = bits[0] & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to 2^16 or more
  if (magnitude >= 0x38800000) return sign | roundedShift(magnitude - 0x38000000, 13);
  if (magnitude < 0x33000000) return sign;
  // below 2^-14: a multiple of 2^-24
  return sign | roundedShift((magnitude & 0x7fffff) | 0x800000, 126 - (magnitude >>> 23));
}

function roundedShift(value: number, by: number): number {
  const kept = value >>> by;
  const rest = value & (2 ** by - 1);
  const tie = 2 ** (by - 1);
  return rest > tie || (rest === tie && (kept & 1) === 1) ? kept + 1 : kept;
}
