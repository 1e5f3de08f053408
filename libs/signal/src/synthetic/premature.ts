import type { Random } from '@cardio/core';
import type { AtrialBeat, VentricularBeat } from './activity.js';

/** How often a premature beat comes: after every normal beat, every second or third one, or after each with a probability (0 to 1). */
export type Ectopy = 'bigeminy' | 'trigeminy' | 'quadrigeminy' | number;

/** The names among {@link Ectopy} and how many normal beats stand between two premature ones. */
export const patterns = { bigeminy: 1, trigeminy: 2, quadrigeminy: 3 } as const;

/** Asked after each normal beat: does a premature one follow? Never two in a row. */
function due(ectopy: Ectopy, random: Random): () => boolean {
  if (typeof ectopy === 'number') return () => random.next() < ectopy;
  let normal = 0;
  return () => ++normal % patterns[ectopy] === 0;
}

/**
 * Premature atrial beats: the sinus node is discharged with the atria and starts anew, so that the pause is not compensatory (the two intervals around the
 * premature beat are less than two of the others).
 */
export function addAtrialPremature(sinus: readonly AtrialBeat[], ectopy: Ectopy, random: Random): AtrialBeat[] {
  const follows = due(ectopy, random);
  const coupling = random.uniform(0.64, 0.72);
  let delay = 0; // of the sinus node, by all resets so far
  return sinus.flatMap((beat, i): AtrialBeat[] => {
    const own = { ...beat, time: beat.time + delay };
    if (i + 1 >= sinus.length || !follows()) return [own];
    const { rr } = sinus[i + 1];
    const early = coupling * rr * (1 + 0.015 * random.normal());
    delay += early + 0.06 * rr; // the node wakes a little late
    return [own, { time: own.time + early, rr, origin: 'low-atrium' }];
  });
}

/**
 * Premature ventricular beats at a fixed coupling. The sinus node goes on; its next beat finds the ventricles refractory and is lost, so that the pause
 * is compensatory (the two intervals around the premature beat are two of the others). Its P wave stays.
 */
export function addVentricularPremature(
  beats: readonly VentricularBeat[],
  ectopy: Ectopy,
  random: Random,
): VentricularBeat[] {
  const follows = due(ectopy, random);
  const coupling = random.uniform(0.56, 0.66);
  const result: VentricularBeat[] = [];
  for (let i = 0; i < beats.length; i++) {
    result.push(beats[i]);
    if (i + 2 >= beats.length || !follows()) continue;
    const between = beats[i + 1].time - beats[i].time;
    const time = beats[i].time + coupling * between * (1 + 0.015 * random.normal());
    result.push({ time, rr: beats[i].rr, origin: 'ectopic' });
    i++;
  }
  return result;
}
