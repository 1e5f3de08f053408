import { ecgBandPass } from '../ecg-band-pass.js';
import type { Samples } from '../gaps.js';

/** How far an R peak may be from where the energy of its complex is, in s: the widest complexes are about twice as long. */
const reachSeconds = 0.08;
/** How much larger the deflection against the lead's direction must be to be taken for the R peak. */
const dominance = 1.5;
/** Complexes follow one another no faster than this, in s. */
const refractorySeconds = 0.2;

/**
 * Moves detections to the extreme of the complex within 80 ms, in the lead between 0.5 and 40 Hz. Which extreme: in most leads that in the
 * direction in which most complexes are larger, so that the mark doesn't jump between the R and the S of complexes that have both; the other one
 * in a complex that is 1.5 times larger there, as ectopic ones are. Two marks within 200 ms become the larger one; one on a missing
 * sample is dropped.
 *
 * @param detections samples, ascending
 * @returns samples, ascending
 */
export function placePeaks(samples: Samples, sampleRateHz: number, detections: readonly number[]): number[] {
  if (detections.length === 0) return [];
  const level = ecgBandPass(Float64Array.from(samples), sampleRateHz, 'monitoring', { missing: 'interpolate' });
  const reach = Math.round(reachSeconds * sampleRateHz);
  const complexes = detections.map((at) => extremes(level, at - reach, at + reach));
  const excess = complexes.map(({ high, low }) => level[high] + level[low]).sort((a, b) => a - b);
  const upward = excess[excess.length >> 1] >= 0;

  const marks: number[] = [];
  for (const { high, low } of complexes) {
    const [usual, other] = upward ? [high, low] : [low, high];
    const mark = Math.abs(level[other]) > dominance * Math.abs(level[usual]) ? other : usual;
    if (Number.isNaN(samples[mark])) continue;
    const last = marks[marks.length - 1];
    if (mark - last < refractorySeconds * sampleRateHz) {
      if (Math.abs(level[mark]) > Math.abs(level[last])) marks[marks.length - 1] = mark;
    } else marks.push(mark);
  }
  return marks;
}

/** The samples of the highest and the lowest value from `from` to `to`, as far as they are there. */
function extremes(values: Float64Array, from: number, to: number): { high: number; low: number } {
  let high = Math.max(0, from);
  let low = high;
  for (let i = high; i <= Math.min(values.length - 1, to); i++) {
    if (values[i] > values[high]) high = i;
    if (values[i] < values[low]) low = i;
  }
  return { high, low };
}
