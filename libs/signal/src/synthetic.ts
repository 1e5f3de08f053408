import { CardioError, createRandom, type Random, type Signal } from '@cardio/core';
import { standardLeads } from './leads.js';
import { createHeart, type Condition, type Heart, type Wave } from './synthetic-heart.js';
import { createBeats, type Beat, type Rhythm } from './synthetic-rhythm.js';
import { electrodesOf, leadsOf, type Electrodes } from './synthetic-torso.js';

const { exp, sin } = Math;

/** What to synthesize. */
export interface SyntheticEcgOptions {
  readonly seconds: number;
  readonly sampleRateHz: number;
  /** Mean heart rate, 20 to 220. */
  readonly heartRateBpm: number;
  /** Default sinus rhythm. */
  readonly rhythm?: Rhythm;
  /** Any mix of conditions; none (default) is a normal heart. */
  readonly conditions?: readonly Condition[];
  /** Size of baseline wander and muscle noise: 1 (default) as in a clinic, 0 none. */
  readonly noise?: number;
  /** The same options with the same seed give the same signal. */
  readonly seed: number;
  /** Seed of the body: heart, chest and severity. Recordings of one person share it; default `seed`. */
  readonly person?: number;
}

/** A made-up ECG and what is true of it. */
export interface SyntheticEcg {
  /** 12 leads in mV. */
  readonly signal: Signal;
  /** The samples nearest to the R peaks (in a broad QRS, to its middle), ascending. */
  readonly beats: readonly number[];
}

/**
 * Makes a 12-lead ECG: teaching and test material, not a model of any patient.
 *
 * Each wave of a beat is a Gaussian, as in McSharry et al., "A dynamical model for generating synthetic electrocardiogram signals", IEEE
 * TBME 50(3):289 (2003), but of the heart's dipole in space rather than of one lead (Sameni et al., EURASIP J. Adv. Signal Process.
 * 2007:43407), and placed in time, so that QRS keeps its width at any rate while ST and T follow the square root of RR. The dipole
 * is seen by nine electrodes, which add wander and noise of their own, and the leads are made from these as in a real machine.
 *
 * @example synthesizeEcg({ seconds: 10, sampleRateHz: 500, heartRateBpm: 72, conditions: ['lbbb'], seed: 1 }).signal.leads.length // 12
 */
export function synthesizeEcg(options: SyntheticEcgOptions): SyntheticEcg {
  const {
    seconds,
    sampleRateHz,
    heartRateBpm,
    rhythm = 'sinus',
    conditions = [],
    noise = 1,
    seed,
    person = seed,
  } = options;
  check('seconds', seconds, 0, 86_400);
  check('sampleRateHz', sampleRateHz, 50, 10_000);
  check('heartRateBpm', heartRateBpm, 20, 220);
  check('noise', noise, 0, 100);
  const random = createRandom(seed);
  const length = Math.round(seconds * sampleRateHz);
  const beats = createBeats(random.fork('rhythm'), rhythm, heartRateBpm, seconds);
  const body = createRandom(person);
  const heart = createHeart(body.fork('heart'), conditions);

  const dipole: Dipole = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  const breath = 2 * Math.PI * random.fork('breath').next();
  for (const beat of beats) {
    const gain = 1 + 0.04 * sin(2 * Math.PI * 0.25 * beat.time + breath); // breathing moves the heart
    addBeat(dipole, heart, beat, gain, rhythm, sampleRateHz);
  }
  if (rhythm === 'atrial-fibrillation') addFibrillation(dipole, random.fork('fibrillation'), sampleRateHz);

  const electrodes = electrodesOf(dipole, body.fork('torso'));
  addNoise(electrodes, random.fork('noise'), noise, sampleRateHz);
  return {
    signal: { samples: leadsOf(electrodes), sampleRateHz, leads: standardLeads },
    beats: beats.map(({ time }) => Math.round(time * sampleRateHz)).filter((r) => r >= 0 && r < length),
  };
}

type Dipole = readonly [Float64Array, Float64Array, Float64Array];

function addBeat(
  dipole: Dipole,
  heart: Heart,
  { time, rr }: Beat,
  gain: number,
  rhythm: Rhythm,
  sampleRateHz: number,
): void {
  const stretch = Math.sqrt(rr);
  for (const [name, wave] of Object.entries(heart)) {
    if (rhythm === 'atrial-fibrillation' && (name === 'pRight' || name === 'pLeft')) continue;
    addWave(dipole, wave, time, gain, name === 'st' || name === 't' ? stretch : 1, sampleRateHz);
  }
}

function addWave(
  [left, down, back]: Dipole,
  wave: Wave,
  time: number,
  gain: number,
  stretch: number,
  sampleRateHz: number,
): void {
  const centre = time + wave.centre * stretch;
  const rise = wave.rise * stretch;
  const fall = wave.fall * stretch;
  const first = Math.max(0, Math.ceil((centre - 5 * rise) * sampleRateHz));
  const last = Math.min(left.length - 1, Math.floor((centre + 5 * fall) * sampleRateHz));
  for (let i = first; i <= last; i++) {
    const t = i / sampleRateHz - centre;
    const height = gain * exp(-0.5 * (t / (t < 0 ? rise : fall)) ** 2);
    left[i] += height * wave.dipole[0];
    down[i] += height * wave.dipole[1];
    back[i] += height * wave.dipole[2];
  }
}

/** Fibrillatory waves: 5 to 8 a second, largest towards V1, never the same twice. */
function addFibrillation(dipole: Dipole, random: Random, sampleRateHz: number): void {
  const frequency = random.uniform(5, 8);
  const size = random.uniform(0.025, 0.05);
  let phase = 2 * Math.PI * random.next();
  let drift = 0;
  for (let i = 0; i < dipole[0].length; i++) {
    drift += (-0.5 * drift + 1.5 * random.normal() * Math.sqrt(sampleRateHz)) / sampleRateHz; // in Hz, about 1.5 either way
    phase += (2 * Math.PI * (frequency + drift)) / sampleRateHz;
    const wave = size * (1 + 0.3 * drift) * (sin(phase) + 0.35 * sin(2 * phase));
    dipole[0][i] += -0.2 * wave;
    dipole[1][i] += 0.5 * wave;
    dipole[2][i] += -0.9 * wave;
  }
}

/** Each electrode drifts (0.05 to 0.5 Hz) and picks up muscle noise, more of both on some recordings than on others. */
function addNoise(
  { rightArm, leftArm, leftLeg, chest }: Electrodes,
  random: Random,
  size: number,
  sampleRateHz: number,
): void {
  const wander = size * 0.022 * exp(0.6 * random.normal());
  const muscle = size * 0.006 * exp(0.5 * random.normal());
  for (const electrode of [rightArm, leftArm, leftLeg, ...chest]) {
    const tones = Array.from({ length: 4 }, () => ({
      step: (2 * Math.PI * random.uniform(0.05, 0.5)) / sampleRateHz,
      phase: 2 * Math.PI * random.next(),
      height: wander * random.normal(),
    }));
    for (let i = 0; i < electrode.length; i++) {
      for (const { step, phase, height } of tones) electrode[i] += height * sin(step * i + phase);
      electrode[i] += muscle * random.normal();
    }
  }
}

function check(name: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw new CardioError('usage', `\`${name}\` must be a number from ${low} to ${high}. Received: ${value}.`);
}
