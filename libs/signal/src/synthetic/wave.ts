import type { Random } from '@cardio/core';
import { scaled, sum, turnedFrontal, turnedHorizontal, type Vector } from './vector.js';

/** One wave of a heartbeat: a Gaussian pulse of the heart's dipole, with its own width before and after its peak. */
export interface Wave {
  /** Seconds from the R peak to the wave's peak. */
  readonly centre: number;
  /** Standard deviations in seconds before and after the peak. */
  readonly rise: number;
  readonly fall: number;
  readonly dipole: Vector;
}

/**
 * The waves of one heartbeat at 60 beats a minute. P is the sum of both atria; QRS is the septum, the early and late free walls and
 * the base, one after the other; `infarct`, `late` and `injury` are silent in a
 * healthy heart.
 */
export type Heart = Readonly<Record<WaveName, Wave>>;

/** The waves of the atria. */
export const atrialWaveNames = ['pRight', 'pLeft'] as const;
/** The waves of the ventricles, in the order in which a beat has them. */
export const ventricularWaveNames = [
  'infarct',
  'septum',
  'early',
  'main',
  'base',
  'late',
  'injury',
  'st',
  't',
] as const;
const waveNames = [...atrialWaveNames, ...ventricularWaveNames] as const;

/** The name of a wave. */
export type WaveName = (typeof waveNames)[number];

/** Turns a whole heart a little in the frontal and the horizontal plane: no two lie alike, but all beats of one heart do. */
export function turned(heart: Heart, random: Random): Heart {
  const stream = random.fork('axis');
  const frontal = 0.25 * stream.normal();
  const horizontal = 0.18 * stream.normal();
  return mapWaves(heart, (wave) => ({
    ...wave,
    dipole: turnedHorizontal(turnedFrontal(wave.dipole, frontal), horizontal),
  }));
}

/** A heart with each wave changed. */
export function mapWaves(heart: Heart, change: (wave: Wave, name: WaveName) => Wave): Heart {
  return Object.fromEntries(waveNames.map((name) => [name, change(heart[name], name)])) as Heart; // every name of the tuple is there
}

/** A wave with `by` times a dipole added to its own. */
export const plus = (wave: Wave, dipole: Vector, by: number): Wave => ({
  ...wave,
  dipole: sum(wave.dipole, scaled(dipole, by)),
});
