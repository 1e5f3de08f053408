import type { Random } from '@cardio/core';

/** What drives a synthetic heart: its sinus node, or atria in fibrillation (no P waves, RR intervals without order). */
export type Rhythm = 'sinus' | 'atrial-fibrillation';

/** One heartbeat: when its R peak comes, and the RR interval before it; in seconds. */
export interface Beat {
  readonly time: number;
  readonly rr: number;
}

/**
 * The heartbeats of a stretch of time, from one and a half seconds before it to as long after it, so that no wave is missing at its ends.
 *
 * In sinus rhythm the RR intervals have the two-peaked spectrum of McSharry et al. (2003): waves of blood pressure around 0.1 Hz and
 * breathing around 0.25 Hz, with half the power in the first. In fibrillation they are independent and log-normal.
 */
export function createBeats(random: Random, rhythm: Rhythm, heartRateBpm: number, seconds: number): Beat[] {
  const mean = 60 / heartRateBpm;
  const interval =
    rhythm === 'sinus'
      ? sinusIntervals(random, mean)
      : () => Math.max(0.3, mean * Math.exp(0.22 * random.normal() - 0.024));
  const beats: Beat[] = [];
  let time = -1.5 - mean * random.next();
  while (time < seconds + 1.5) {
    const rr = interval(time);
    time += rr;
    beats.push({ time, rr });
  }
  return beats;
}

function sinusIntervals(random: Random, mean: number): (time: number) => number {
  const variance = (mean * random.uniform(0.012, 0.045)) ** 2;
  const band = (centre: number, share: number) =>
    Array.from({ length: 6 }, () => ({
      frequency: centre + 0.01 * random.normal(),
      phase: 2 * Math.PI * random.next(),
      amplitude: Math.sqrt((2 * share * variance) / 6),
    }));
  const tones = [...band(0.1, 1 / 3), ...band(0.25, 2 / 3)];
  return (time) =>
    tones.reduce(
      (rr, { frequency, phase, amplitude }) => rr + amplitude * Math.sin(2 * Math.PI * frequency * time + phase),
      mean,
    );
}
