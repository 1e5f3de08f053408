import type { Activity, AtrialBeat, VentricularBeat } from './activity.js';
import type { Condition } from './conditions.js';
import type { Vector } from './vector.js';
import type { Heart, WaveName } from './wave.js';

/** One annotation with the names that WFDB gives: a beat, or `+` where a rhythm begins. */
export interface SyntheticAnnotation {
  readonly sample: number;
  /**
   * `N` normal, `L` and `R` bundle branch block, `A` and `V` premature from the atria and the ventricles, `j` and `E` escape from the junction and the
   * ventricles, `/` paced; `+` a rhythm.
   */
  readonly symbol: string;
  /** The rhythm: `(N`, `(SBR`, `(AFIB`, `(AFL`, `(BI`, `(BII`, `(BIII`, `(P`, `(B`, `(T` or `(AB`; empty at beats. */
  readonly aux: string;
}

/** Where a wave begins and ends, in samples; past the ends of the signal where the wave is. */
export interface WaveMark {
  readonly wave: 'P' | 'QRS' | 'T';
  readonly onset: number;
  readonly end: number;
}

/** The annotations of a stretch of `length` samples. */
export function annotationsOf(
  { ventricles, label }: Activity,
  conditions: readonly Condition[],
  sampleRateHz: number,
  length: number,
): SyntheticAnnotation[] {
  const normal = label === '(P' ? '/' : conditions.includes('lbbb') ? 'L' : conditions.includes('rbbb') ? 'R' : 'N';
  const symbols: Readonly<Record<VentricularBeat['origin'], string>> = {
    ...{ conducted: normal, 'atrial-premature': 'A', ectopic: 'V', junction: 'j', escape: 'E', paced: '/' },
  };
  const beats = ventricles
    .map(({ time, origin }) => ({ sample: Math.round(time * sampleRateHz), symbol: symbols[origin], aux: '' }))
    .filter(({ sample }) => sample >= 0 && sample < length);
  return length === 0 ? [] : [{ sample: 0, symbol: '+', aux: label }, ...beats];
}

const groups: readonly (readonly [WaveMark['wave'], readonly WaveName[]])[] = [
  ['P', ['pRight', 'pLeft']],
  ['QRS', ['infarct', 'septum', 'early', 'main', 'base', 'late']],
  ['T', ['t']],
];

/**
 * The waves of a beat: from 2.5 standard deviations before the first Gaussian's peak to as many after the last one's, where they are at 4 % of
 * their height. Those below 30 µV are left out.
 */
export function wavesOf(
  heart: Heart,
  { time, rr }: AtrialBeat | VentricularBeat,
  names: readonly WaveName[],
  sampleRateHz: number,
): WaveMark[] {
  return groups.flatMap(([wave, members]) => {
    const stretch = wave === 'T' ? Math.sqrt(rr) : 1;
    const loud = members
      .filter((name) => names.includes(name) && size(heart[name].dipole) > 0.03)
      .map((name) => heart[name]);
    if (loud.length === 0) return [];
    const sample = (seconds: number): number => Math.round((time + stretch * seconds) * sampleRateHz);
    return [
      {
        wave,
        onset: sample(Math.min(...loud.map(({ centre, rise }) => centre - 2.5 * rise))),
        end: sample(Math.max(...loud.map(({ centre, fall }) => centre + 2.5 * fall))),
      },
    ];
  });
}

const size = (dipole: Vector): number => Math.hypot(...dipole);
