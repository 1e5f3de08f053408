import type { Random } from '@cardio/core';

/** A heartbeat: when its R peak comes, and the RR interval that its ST and T follow; in seconds. */
export interface Beat {
  readonly time: number;
  readonly rr: number;
}

/** How sinus rhythm varies. */
export interface Variability {
  /** Power of the band of blood pressure (Mayer waves, 0.1 Hz) against that of breathing. Default 0.5. */
  readonly lfHfRatio?: number;
  /** Standard deviation of the RR intervals, in seconds; default by chance 1.2 to 4.5 % of their mean. */
  readonly sdnnSeconds?: number;
}

/**
 * Beats one after the other, from one and a half seconds before the stretch of time to as long after it, so that no wave is missing at its
 * ends.
 */
export function beatsOf(random: Random, mean: number, seconds: number, interval: (time: number) => number): Beat[] {
  const beats: Beat[] = [];
  let time = -1.5 - mean * random.next();
  while (time < seconds + 1.5) {
    const rr = interval(time);
    time += rr;
    beats.push({ time, rr });
  }
  return beats;
}

/**
 * RR intervals with the two-peaked spectrum of McSharry et al. (2003), section II-B: Gaussian bands around 0.1 Hz and the rate of breathing, each with a
 * standard deviation of 0.01 Hz and here made of six tones.
 */
export function sinusIntervals(
  random: Random,
  mean: number,
  breathingHz = 0.25,
  { lfHfRatio = 0.5, sdnnSeconds }: Variability = {},
): (time: number) => number {
  const usual = mean * random.uniform(0.012, 0.045);
  const variance = (sdnnSeconds ?? usual) ** 2;
  const band = (centre: number, share: number) =>
    Array.from({ length: 6 }, () => ({
      frequency: centre + 0.01 * random.normal(),
      phase: 2 * Math.PI * random.next(),
      amplitude: Math.sqrt((2 * share * variance) / 6),
    }));
  const tones = [...band(0.1, lfHfRatio / (1 + lfHfRatio)), ...band(breathingHz, 1 / (1 + lfHfRatio))];
  return (time) =>
    tones.reduce(
      (rr, { frequency, phase, amplitude }) => rr + amplitude * Math.sin(2 * Math.PI * frequency * time + phase),
      mean,
    );
}

/** RR intervals of atrial fibrillation: independent and log-normal. */
export const fibrillationIntervals = (random: Random, mean: number) => (): number =>
  Math.max(0.3, mean * Math.exp(0.22 * random.normal() - 0.024));
