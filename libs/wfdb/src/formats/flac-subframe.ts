import type { WfdbError } from '../errors.js';
import type { BitReader } from './bit-reader.js';

/** Coefficients of FLAC's fixed predictors of order 0 to 4, for the sample before, the one before that, and so on. */
const fixedPredictors = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

/**
 * Reads one channel's part of a frame (RFC 9639, section 9.2): a constant, plain samples, or a linear prediction and what remains.
 *
 * @param bad makes the error for a coding that does not exist
 */
export function readSubframe(
  bits: BitReader,
  frameBits: number,
  count: number,
  out: Int32Array,
  bad: (what: string) => WfdbError,
): void {
  bits.unsigned(1);
  const type = bits.unsigned(6);
  const wasted = bits.unsigned(1) === 1 ? bits.unary() + 1 : 0;
  const sampleBits = frameBits - wasted;
  if (sampleBits < 1) throw bad(`a subframe leaves ${sampleBits} bits per sample.`);

  if (type === 0) out.fill(bits.signed(sampleBits), 0, count);
  else if (type === 1) for (let i = 0; i < count; i++) out[i] = bits.signed(sampleBits);
  else {
    const fixed = type >= 8 && type <= 12;
    if (!fixed && type < 32) throw bad(`a subframe of the unknown type ${type}.`);
    const order = fixed ? type - 8 : type - 31;
    if (order > count) throw bad(`a subframe predicts from ${order} samples but has ${count}.`);
    for (let i = 0; i < order; i++) out[i] = bits.signed(sampleBits);
    let coefficients = fixedPredictors[order];
    let shift = 0;
    if (!fixed) {
      const precision = bits.unsigned(4) + 1;
      shift = bits.signed(5);
      if (precision === 16 || shift < 0) throw bad('a subframe has predictor coefficients that can not be.');
      coefficients = Array.from({ length: order }, () => bits.signed(precision));
    }
    readResidual(bits, order, count, out, bad);
    predict(coefficients, shift, count, out);
  }
  if (wasted > 0) for (let i = 0; i < count; i++) out[i] <<= wasted;
}

/** Reads Rice-coded numbers (RFC 9639, section 9.2.7) into `out` from index `order`. */
function readResidual(
  bits: BitReader,
  order: number,
  count: number,
  out: Int32Array,
  bad: (what: string) => WfdbError,
): void {
  const method = bits.unsigned(2);
  if (method > 1) throw bad(`a residual of the unknown method ${method}.`);
  const parameterBits = method === 0 ? 4 : 5;
  const escape = (1 << parameterBits) - 1;
  const partitions = 1 << bits.unsigned(4);
  const size = count / partitions;
  if (!Number.isInteger(size) || size < order) throw bad(`a residual of ${count} samples in ${partitions} partitions.`);
  for (let i = order, end = size; end <= count; end += size) {
    const parameter = bits.unsigned(parameterBits);
    if (parameter === escape) {
      const width = bits.unsigned(5);
      for (; i < end; i++) out[i] = width === 0 ? 0 : (wide(bits, width) << (32 - width)) >> (32 - width);
    } else {
      for (; i < end; i++) {
        const folded = ((bits.unary() << parameter) | wide(bits, parameter)) >>> 0;
        out[i] = (folded >>> 1) ^ -(folded & 1);
      }
    }
  }
}

/** Up to 31 bits, where the reader gives 25 at once. */
function wide(bits: BitReader, count: number): number {
  return count <= 25 ? bits.unsigned(count) : (bits.unsigned(count - 16) << 16) | bits.unsigned(16);
}

/** Adds to each residual in `out` what the samples before it predict. Sums of 24-bit samples pass 32 bits but are exact as numbers. */
function predict(coefficients: readonly number[], shift: number, count: number, out: Int32Array): void {
  const scale = 2 ** -shift;
  const order = coefficients.length;
  for (let i = order; i < count; i++) {
    let sum = 0;
    for (let j = 0; j < order; j++) sum += coefficients[j] * out[i - 1 - j];
    out[i] += Math.floor(sum * scale);
  }
}
