/**
 * Rounds to IEEE 754 binary16, to the nearest and ties to even: the relative error is at most 2^-11 (0.049 %) from 6.2e-5 on, below that
 * the absolute error at most 2^-25 (3e-8). From 65520 on the result is infinite.
 */
export function toFloat16(values: Float32Array, target: Uint16Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) target[i] = halfOf(bits[i]);
}

/** The exact values of binary16 numbers. */
export function fromFloat16(values: Uint16Array, target: Float32Array): void {
  const table = (decoded ??= Float32Array.from({ length: 65536 }, (_, bits) => valueOf(bits)));
  for (let i = 0; i < values.length; i++) target[i] = table[values[i]];
}

let decoded: Float32Array | undefined; // 256 KiB, made when the first float16 store is read

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const rest = bits & 0x7fffffff;
  if (rest >= 0x7f800000) return sign | 0x7c00 | (rest > 0x7f800000 ? 0x200 : 0); // infinity, NaN
  if (rest >= 0x477ff000) return sign | 0x7c00;
  if (rest < 0x38800000) {
    // subnormal: 0.5 has a last place of 2^-24, that of a subnormal half, so that adding it rounds as wanted
    singleBits[0] = rest;
    single[0] += 0.5;
    return sign | (singleBits[0] - 0x3f000000);
  }
  return sign | ((rest - 0x38000000 + 0xfff + ((rest >>> 13) & 1)) >>> 13);
}

function valueOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
