import { createRandom, type Signal } from '@cardio/core';
import { standardLeads } from './leads.js';
import type { Activity, AtrialBeat, VentricularBeat } from './synthetic/activity.js';
import { addFibrillation, addFlutter, addSpike, addWave, type Dipole } from './synthetic/dipole.js';
import { heartsOf } from './synthetic/hearts.js';
import { annotationsOf, wavesOf, type SyntheticAnnotation, type WaveMark } from './synthetic/marks.js';
import { addNoise } from './synthetic/noise.js';
import { checkOptions, type SyntheticEcgOptions } from './synthetic/options.js';
import { createActivity } from './synthetic/rhythm.js';
import { electrodesOf, leadsOf } from './synthetic/torso.js';
import { turnedFrontal } from './synthetic/vector.js';
import { atrialWaveNames, ventricularWaveNames, type WaveName } from './synthetic/wave.js';

/** A made-up ECG and what is true of it. */
export interface SyntheticEcg {
  /** 12 leads in mV. */
  readonly signal: Signal;
  /** The samples nearest to the R peaks (in a broad QRS, to its middle), ascending. */
  readonly beats: readonly number[];
  /** The same beats with their kinds, after the rhythm. */
  readonly annotations: readonly SyntheticAnnotation[];
  /** P, QRS and T of every beat, by onset; fibrillation and flutter have no marks of their own. */
  readonly waves: readonly WaveMark[];
  /** The samples of a pacemaker's pulses, ascending. */
  readonly spikes: readonly number[];
}

/**
 * Makes a 12-lead ECG: teaching and test material, not a model of any patient.
 *
 * Each wave of a beat is a Gaussian, as in McSharry et al., "A dynamical model for generating synthetic electrocardiogram signals", IEEE
 * TBME 50(3):289 (2003), but of the heart's dipole in space rather than of one lead (Sameni et al., EURASIP J. Adv. Signal Process.
 * 2007:43407), and placed in time, so that QRS keeps its width at any rate while ST and T follow the square root of RR. Atria and ventricles have times of
 * their own, so that they can part in blocks. The dipole is seen by nine electrodes, which add wander and noise of their own, and the leads are
 * made from these as in a real machine.
 *
 * @throws {SignalError} `usage` for an option outside its bounds
 * @example synthesizeEcg({ seconds: 10, sampleRateHz: 500, heartRateBpm: 72, conditions: ['lbbb'], seed: 1 }).signal.leads.length // 12
 */
export function synthesizeEcg(options: SyntheticEcgOptions): SyntheticEcg {
  checkOptions(options);
  const { seconds, sampleRateHz, heartRateBpm, rhythm = 'sinus', conditions = [], severity } = options;
  const { noise = 1, atrialWaves = 1, seed, person = seed, premature = {}, conduction, escape, pacing } = options;
  const {
    rateHz: breathingHz = 0.25,
    amplitude = 0.04,
    axisDegrees = 0,
    baselineMillivolts = 0,
  } = options.respiration ?? {};
  const random = createRandom(seed);
  const body = createRandom(person);
  const length = Math.round(seconds * sampleRateHz);
  const activity = createActivity(random.fork('rhythm'), rhythm, {
    ...{ heartRateBpm, seconds, breathingHz, conduction, variability: options.variability ?? {} },
    ...{ escape: escape ?? 'junctional', pacing: pacing ?? 'ventricular' },
    ...{ prematureAtrial: premature.atrial ?? 0, prematureVentricular: premature.ventricular ?? 0 },
  });
  const phase = 2 * Math.PI * random.fork('breath').next();
  const breath = (time: number): number => Math.sin(2 * Math.PI * breathingHz * time + phase);

  const dipole: Dipole = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  const marks: WaveMark[] = [];
  const spikes: number[] = [];
  const hearts = heartsOf(body.fork('heart'), conditions, severity);
  for (const { beat, names } of beatsInOrder(activity)) {
    const heart = hearts[beat.origin];
    const gain = 1 + amplitude * breath(beat.time); // breathing moves the heart
    const angle = (axisDegrees * Math.PI * breath(beat.time)) / 180;
    for (const name of names) {
      const wave = heart[name];
      const seen = angle === 0 ? wave : { ...wave, dipole: turnedFrontal(wave.dipole, angle) };
      addWave(dipole, seen, beat.time, gain, name === 'st' || name === 't' ? Math.sqrt(beat.rr) : 1, sampleRateHz);
    }
    const waves = wavesOf(heart, beat, names, sampleRateHz);
    marks.push(...waves.filter(({ onset, end }) => end >= 0 && onset < length));
    if (beat.origin.startsWith('paced')) spikes.push(waves[0].onset - Math.round(0.008 * sampleRateHz));
  }
  const shown = spikes.filter((sample) => sample >= 0 && sample < length);
  for (const sample of shown) addSpike(dipole, sample, [0.2, 0.55, -0.3]);
  const { circling } = activity;
  if (circling === 'fibrillation') addFibrillation(dipole, random.fork('fibrillation'), atrialWaves, sampleRateHz);
  else if (circling) addFlutter(dipole, random.fork('flutter'), atrialWaves, circling.flutterHz, sampleRateHz);
  if (baselineMillivolts > 0) addBaseline(dipole, (i) => baselineMillivolts * breath(i / sampleRateHz));

  const electrodes = electrodesOf(dipole, body.fork('torso'));
  addNoise(electrodes, random.fork('noise'), noise, sampleRateHz);
  const annotations = annotationsOf(activity, conditions, sampleRateHz, length);
  return {
    signal: { samples: leadsOf(electrodes), sampleRateHz, leads: standardLeads },
    beats: annotations.filter(({ symbol }) => symbol !== '+').map(({ sample }) => sample),
    annotations,
    waves: marks.sort((a, b) => a.onset - b.onset),
    spikes: shown,
  };
}

/** Every beat of atria and ventricles with the waves that it has, by time. */
function beatsInOrder({
  atria,
  ventricles,
}: Activity): { beat: AtrialBeat | VentricularBeat; names: readonly WaveName[] }[] {
  return [
    ...atria.map((beat) => ({ beat, names: atrialWaveNames })),
    ...ventricles.map((beat) => ({ beat, names: ventricularWaveNames })),
  ].sort((a, b) => a.beat.time - b.beat.time);
}

/** Slow, as breathing is; all leads take part, II with the full size. */
function addBaseline([, down, back]: Dipole, at: (sample: number) => number): void {
  for (let i = 0; i < down.length; i++) {
    down[i] += 0.85 * at(i);
    back[i] -= 0.7 * at(i);
  }
}
