import { fillGaps } from './gaps.js';

/**
 * The shares of a lead's power (without its mean) that lie in frequency bands: Bartlett's periodogram, the mean over segments of 10 s (or one of
 * the whole lead, if that is shorter), as `scipy.signal.welch(x, rate, 'boxcar', nperseg=10 * rate, noverlap=0)` gives it. Only the bins of the
 * bands are computed; the total is the variance, by Parseval's theorem. A rest of less than 10 s is left out. Missing samples are bridged by
 * {@link fillGaps}.
 *
 * @param bands in Hz, both ends included; but a band from 0 is what lies above 0 and below its upper end
 * @returns one share a band; NaN where the band has no bin below or at half the rate, or the lead has no power
 */
export function bandShares(
  samples: Float32Array,
  sampleRateHz: number,
  bands: readonly (readonly [low: number, high: number])[],
): number[] {
  const length = Math.min(samples.length, Math.round(10 * sampleRateHz));
  const bins = bands.map(([low, high]) => binsOf(low, high, length, sampleRateHz));
  const powers = bands.map(() => 0);
  let total = 0;
  const whole = fillGaps(Float64Array.from(samples));
  for (let from = 0; from + length <= whole.length; from += length) {
    const segment = centred(whole.subarray(from, from + length));
    let squares = 0;
    for (const value of segment) squares += value * value;
    total += squares * length;
    for (const [b, list] of bins.entries()) for (const bin of list) powers[b] += binPower(segment, bin);
  }
  return powers.map((power, b) => (bins[b].length === 0 || !(total > 0) ? NaN : power / total));
}

/** Bins k at k · rate / length Hz. */
function binsOf(low: number, high: number, length: number, sampleRateHz: number): number[] {
  const bins: number[] = [];
  for (let k = 1; 2 * k <= length; k++) {
    const hz = (k * sampleRateHz) / length;
    if (low === 0 ? hz < high : hz >= low && hz <= high) bins.push(k);
  }
  return bins;
}

/** |DFT|² at one bin and its mirror image, by a turning phasor. */
function binPower(segment: Float64Array, bin: number): number {
  const step = (2 * Math.PI * bin) / segment.length;
  const [cos, sin] = [Math.cos(step), Math.sin(step)];
  let [x, y, re, im] = [1, 0, 0, 0];
  for (const value of segment) {
    re += value * x;
    im += value * y;
    [x, y] = [x * cos - y * sin, x * sin + y * cos];
  }
  return (re * re + im * im) * (2 * bin === segment.length ? 1 : 2);
}

/** A constant gives exactly 0, whatever the mean's round-off. */
function centred(segment: Float64Array): Float64Array {
  if (segment.every((value) => value === segment[0])) return new Float64Array(segment.length);
  const mean = segment.reduce((sum, value) => sum + value, 0) / segment.length;
  return segment.map((value) => value - mean);
}
