import { millivoltsPer } from './units.js';
import type { SignalSpec } from './header.js';

/** In digital results, the value of a sample that is not valid, whatever mark the file's format has for it. */
export const invalidSample = -(2 ** 31);

/** Where samples go: as physical values (mV, or what the header names) or as ADC values. */
export type Samples = Float32Array | Int32Array;

/** The unit of physical values: `mV` for whatever is a voltage, else the header's. */
export function physicalUnits(units: string): string {
  return Object.hasOwn(millivoltsPer, units) ? 'mV' : units;
}

/** How the stored values of one signal become the wanted ones. */
export interface Scale {
  readonly invalid: number;
  readonly baseline: number;
  readonly gain: number;
  readonly unit: number;
  /** The physical values of all stored ones, from the lowest on. */
  readonly table: Float32Array | undefined;
}

/**
 * The scale of a signal.
 *
 * @param invalid the stored value that means "no valid sample"
 * @param bits what stored values are known to have; `undefined` where they may have any number
 * @param count samples to convert: a table of all values pays where there are more samples than values
 */
export function scaleOf(spec: SignalSpec, invalid: number, bits: number | undefined, count: number): Scale {
  const unit = Object.hasOwn(millivoltsPer, spec.units) ? millivoltsPer[spec.units] : 1;
  const scale = { invalid, baseline: spec.baseline, gain: spec.gain, unit, table: undefined };
  if (bits === undefined || count < 2 ** bits) return scale;
  const values = new Int32Array(2 ** bits);
  for (let i = 0; i < values.length; i++) values[i] = i - values.length / 2;
  const table = new Float32Array(values.length);
  compute({ source: values, from: 0, stride: 1, count: values.length, target: 0, step: 1 }, table, scale);
  return { ...scale, table };
}

/** Samples of one signal: `count` from index `from` of `source` on, `stride` apart, that go to `target` and on, `step` apart. */
interface Run {
  readonly source: Int32Array;
  readonly from: number;
  readonly stride: number;
  readonly count: number;
  readonly target: number;
  readonly step: number;
}

/** Converts samples to what `out` is for and gives the sum of the stored values, in 32 bits. */
export function convert(run: Run, out: Samples, scale: Scale): number {
  if (out instanceof Int32Array) return copy(run, out, scale.invalid);
  return scale.table ? lookUp(run, out, scale.table) : compute(run, out, scale);
}

/** Four samples a turn, which takes a quarter less time than one: this loop and `unpack` are where reading a record spends its time. */
function lookUp({ source, from, stride, count, target, step }: Run, out: Float32Array, table: Float32Array): number {
  const zero = table.length >> 1;
  let sum = 0;
  let i = 0;
  let at = from;
  let to = target;
  for (; i + 3 < count; i += 4, at += 4 * stride, to += 4 * step) {
    const a = source[at];
    const b = source[at + stride];
    const c = source[at + 2 * stride];
    const d = source[at + 3 * stride];
    sum = (sum + a + b + c + d) | 0;
    out[to] = table[a + zero];
    out[to + step] = table[b + zero];
    out[to + 2 * step] = table[c + zero];
    out[to + 3 * step] = table[d + zero];
  }
  for (; i < count; i++, at += stride, to += step) {
    sum = (sum + source[at]) | 0;
    out[to] = table[source[at] + zero];
  }
  return sum;
}

function compute(
  { source, from, stride, count, target, step }: Run,
  out: Float32Array,
  { invalid, baseline, gain, unit }: Scale,
): number {
  let sum = 0;
  for (let i = 0, at = from, to = target; i < count; i++, at += stride, to += step) {
    const value = source[at];
    sum = (sum + value) | 0;
    out[to] = value === invalid ? NaN : ((value - baseline) / gain) * unit;
  }
  return sum;
}

function copy({ source, from, stride, count, target, step }: Run, out: Int32Array, invalid: number): number {
  let sum = 0;
  for (let i = 0, at = from, to = target; i < count; i++, at += stride, to += step) {
    const value = source[at];
    sum = (sum + value) | 0;
    out[to] = value === invalid ? invalidSample : value;
  }
  return sum;
}

/** One sample per frame: the mean, which for ADC values is cut towards 0 as rdsamp does; not valid if one of the frame's is not. */
export function averageFrames(
  samples: Int32Array,
  perFrame: number,
  out: Samples,
  { baseline, gain, unit }: Scale,
): void {
  const physical = out instanceof Float32Array;
  for (let frame = 0, at = 0; frame < out.length; frame++) {
    let sum = 0;
    let valid = true;
    for (let k = 0; k < perFrame; k++, at++) {
      sum += samples[at];
      valid &&= samples[at] !== invalidSample;
    }
    const mean = sum / perFrame;
    if (physical) out[frame] = valid ? ((mean - baseline) / gain) * unit : NaN;
    else out[frame] = valid ? Math.trunc(mean) : invalidSample;
  }
}

/** Marks samples from `start` on as not valid. */
export function clear(samples: Samples, start: number): void {
  samples.fill(samples instanceof Float32Array ? NaN : invalidSample, start);
}
