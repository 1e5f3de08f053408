import { SignalError } from '../errors.js';
import { conditionNames, type Condition } from './conditions.js';
import { patterns, type Ectopy } from './premature.js';
import { rhythmNames, type Rhythm } from './rhythm.js';
import type { Variability } from './sinus.js';

/** What to synthesize. */
export interface SyntheticEcgOptions {
  readonly seconds: number;
  readonly sampleRateHz: number;
  /**
   * Mean heart rate, 20 to 220. Where the ventricles don't follow, that of the sinus node (in blocks); in flutter the nearest that atria of 255 to 345 a minute
   * can give.
   */
  readonly heartRateBpm: number;
  /** Default sinus rhythm. */
  readonly rhythm?: Rhythm;
  /** Premature beats: a pattern, or the probability that one follows a normal beat. Atrial ones where the sinus node leads. Default none. */
  readonly premature?: { readonly atrial?: Ectopy; readonly ventricular?: Ectopy };
  /** Of atrial flutter: every how many waves a beat comes. Default what suits `heartRateBpm`. */
  readonly conduction?: 2 | 3 | 4 | 'variable';
  /** Of third-degree block: narrow beats, 40 to 50 a minute (default), or wide ones, 28 to 36; at most 0.7 of the atria's rate. */
  readonly escape?: 'junctional' | 'ventricular';
  /** Of paced rhythm: which chambers a pacemaker drives. `ventricular` (default) follows the sinus node. */
  readonly pacing?: 'atrial' | 'ventricular' | 'dual';
  /** Size of fibrillatory and flutter waves; 1 (default) is usual. */
  readonly atrialWaves?: number;
  /** Any mix of conditions; none (default) is a normal heart. */
  readonly conditions?: readonly Condition[];
  /** Of all conditions: 0.15 is almost normal, 1 plain, 1.5 at most. Default by chance, from 0.15 to 1.1. */
  readonly severity?: number;
  /** How the rate of the sinus node varies. */
  readonly variability?: Variability;
  readonly respiration?: Respiration;
  /** Size of baseline wander and muscle noise: 1 (default) as in a clinic, 0 none. */
  readonly noise?: number;
  /** The same options with the same seed give the same signal. */
  readonly seed: number;
  /** Seed of the body: heart, chest and severity. Recordings of one person share it; default `seed`. */
  readonly person?: number;
}

/** What breathing does to the ECG besides its part in the RR intervals. */
export interface Respiration {
  /** Default 0.25. */
  readonly rateHz?: number;
  /** Beats grow and shrink by this share; default 0.04. */
  readonly amplitude?: number;
  /** The frontal axis swings by as many degrees either way; default 0. */
  readonly axisDegrees?: number;
  /** The baseline rises and falls by as much in lead II, in mV; default 0. (`noise` has wander of its own.) */
  readonly baselineMillivolts?: number;
}

/** @throws {SignalError} `usage` naming the option, its bound and its value */
export function checkOptions(options: SyntheticEcgOptions): void {
  const { premature = {}, variability = {}, respiration = {}, conditions = [] } = options;
  between('seconds', options.seconds, 0, 86_400);
  between('sampleRateHz', options.sampleRateHz, 50, 10_000);
  between('heartRateBpm', options.heartRateBpm, 20, 220);
  between('noise', options.noise, 0, 100);
  between('severity', options.severity, 0, 1.5);
  between('atrialWaves', options.atrialWaves, 0, 10);
  between('variability.lfHfRatio', variability.lfHfRatio, 0, 100);
  between('variability.sdnnSeconds', variability.sdnnSeconds, 0, 10 / options.heartRateBpm);
  between('respiration.rateHz', respiration.rateHz, 0.05, 1);
  between('respiration.amplitude', respiration.amplitude, 0, 0.5);
  between('respiration.axisDegrees', respiration.axisDegrees, 0, 45);
  between('respiration.baselineMillivolts', respiration.baselineMillivolts, 0, 5);
  oneOf('rhythm', options.rhythm, rhythmNames);
  oneOf('conduction', options.conduction, [2, 3, 4, 'variable']);
  oneOf('escape', options.escape, ['junctional', 'ventricular']);
  oneOf('pacing', options.pacing, ['atrial', 'ventricular', 'dual']);
  conditions.forEach((condition, i) => oneOf(`conditions[${i}]`, condition, conditionNames));
  ectopy('premature.atrial', premature.atrial);
  ectopy('premature.ventricular', premature.ventricular);
}

function between(name: string, value: number | undefined, low: number, high: number): void {
  if (value === undefined || (value >= low && value <= high)) return;
  throw new SignalError(`\`${name}\``, `a number from ${low} to ${high}`, value);
}

function oneOf(name: string, value: unknown, names: readonly unknown[]): void {
  if (value !== undefined && !names.includes(value))
    throw new SignalError(`\`${name}\``, `one of ${names.join(', ')}`, value);
}

function ectopy(name: string, value: Ectopy | undefined): void {
  if (typeof value === 'number') between(name, value, 0, 1);
  else oneOf(name, value, Object.keys(patterns));
}
