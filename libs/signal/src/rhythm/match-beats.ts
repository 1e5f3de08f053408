import { SignalError } from '../errors.js';

/** How detected beats agree with reference beats. */
export interface BeatMatch {
  /** Pairs of samples that are one beat, reference first. */
  readonly pairs: readonly (readonly [reference: number, detected: number])[];
  /** Reference beats that were not detected. */
  readonly missed: readonly number[];
  /** Detections that are no reference beat. */
  readonly extra: readonly number[];
  /** Sensitivity: the share of the reference beats that were detected; NaN without any. */
  readonly sensitivity: number;
  /** Positive predictivity: the share of the detections that are reference beats; NaN without any. */
  readonly positivePredictivity: number;
}

/**
 * Pairs detected beats with reference beats, one to one and in order, within a tolerance: of two that could be the partner the nearer one, as
 * ANSI/AAMI EC57 prescribes and `bxb` of the WFDB software does. The tolerance there is 150 ms.
 *
 * @param reference samples, ascending
 * @param detected samples, ascending
 * @param toleranceSamples the largest distance of a pair, such as `0.15 * sampleRateHz`
 * @throws {SignalError} `usage` for samples that don't ascend or a tolerance below 0
 * @example matchBeats([100, 400, 700], [103, 640, 700], 54).sensitivity // 0.67
 */
export function matchBeats(
  reference: ArrayLike<number>,
  detected: ArrayLike<number>,
  toleranceSamples: number,
): BeatMatch {
  if (!(toleranceSamples >= 0)) throw new SignalError('`toleranceSamples`', 'at least 0', toleranceSamples);
  assertAscending('`reference`', reference);
  assertAscending('`detected`', detected);
  const pairs: [number, number][] = [];
  const missed: number[] = [];
  const extra: number[] = [];
  let [r, d] = [0, 0];
  while (r < reference.length && d < detected.length) {
    const distance = Math.abs(detected[d] - reference[r]);
    if (distance > toleranceSamples) {
      if (detected[d] < reference[r]) extra.push(detected[d++]);
      else missed.push(reference[r++]);
    } else if (Math.abs(detected[d + 1] - reference[r]) < distance) extra.push(detected[d++]);
    else if (Math.abs(detected[d] - reference[r + 1]) < distance) missed.push(reference[r++]);
    else pairs.push([reference[r++], detected[d++]]);
  }
  for (; r < reference.length; r++) missed.push(reference[r]);
  for (; d < detected.length; d++) extra.push(detected[d]);
  return {
    pairs,
    missed,
    extra,
    sensitivity: pairs.length / reference.length,
    positivePredictivity: pairs.length / detected.length,
  };
}

function assertAscending(what: string, samples: ArrayLike<number>): void {
  for (let i = 1; i < samples.length; i++) {
    if (samples[i] > samples[i - 1]) continue;
    throw new SignalError(what, 'ascending samples', `${samples[i - 1]}, then ${samples[i]} at place ${i}`);
  }
}
