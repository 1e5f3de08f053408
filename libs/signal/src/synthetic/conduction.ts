import type { Random } from '@cardio/core';
import type { AtrialBeat, VentricularBeat } from './activity.js';
import type { Beat } from './sinus.js';

/** Passes each atrial beat on, after `delay` more seconds than normal, or not at all (`null`). */
export function conducted(atria: readonly AtrialBeat[], delay: () => number | null): VentricularBeat[] {
  return atria.flatMap(({ time, rr, origin }): VentricularBeat[] => {
    const wait = delay();
    return wait === null
      ? []
      : [{ time: time + wait, rr, origin: origin === 'low-atrium' ? 'atrial-premature' : 'conducted' }];
  });
}

/** First degree: all are late by the same. */
export function firstDegree(random: Random): () => number {
  const delay = random.uniform(0.09, 0.16);
  return () => delay;
}

/**
 * Second degree, Mobitz I (Wenckebach): PR grows from beat to beat, each time by less, so that RR shortens, until one beat is lost; after 2 to 4
 * conducted ones.
 */
export function wenckebach(random: Random): () => number | null {
  let beat = 0;
  let length = 3 + random.integer(3);
  return () => {
    if (++beat < length) return 0.02 + 0.2 * (1 - 0.5 ** (beat - 1));
    beat = 0;
    length = 3 + random.integer(3);
    return null;
  };
}

/** Second degree, Mobitz II: PR is constant, and now and then one beat is lost; after 2 or 3 conducted ones. */
export function mobitz(random: Random): () => number | null {
  let left = 2 + random.integer(2);
  return () => {
    if (left-- > 0) return 0.01;
    left = 2 + random.integer(2);
    return null;
  };
}

/** Third degree: a pacemaker of the ventricles' own, narrow from the junction, slower and wide from below. */
export function escapeRate(random: Random, from: 'junction' | 'escape', atrialBpm: number): number {
  const [low, high] = from === 'junction' ? [40, 50] : [28, 36];
  return Math.min(random.uniform(low, high), 0.7 * atrialBpm);
}

/** Every second, third or fourth wave of flutter, or by turns without order. R falls on the same phase of each. */
export function flutterBeats(
  random: Random,
  flutterHz: number,
  conduction: 2 | 3 | 4 | 'variable',
  seconds: number,
): Beat[] {
  const phase = random.next();
  const beats: Beat[] = [];
  for (let wave = Math.floor(-2.5 * flutterHz); ;) {
    const waves = conduction === 'variable' ? [2, 2, 3, 4, 4][random.integer(5)] : conduction;
    wave += waves;
    const time = (wave + phase) / flutterHz;
    if (time > seconds + 1.5) return beats;
    beats.push({ time, rr: waves / flutterHz });
  }
}
