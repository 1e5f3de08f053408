import type { Random } from '@cardio/core';
import type { Wave } from './wave.js';
import type { Vector } from './vector.js';

const { exp, sin, cos, PI } = Math;

/** The heart's dipole over time: left, down, back. */
export type Dipole = readonly [Float64Array, Float64Array, Float64Array];

/** Adds one wave of a beat at `time`, with its times `stretch` times as long. */
export function addWave(
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

/** A pacemaker's pulse on one sample, and a little on its neighbours, as the filter before a converter leaves it. */
export function addSpike(dipole: Dipole, sample: number, [left, down, back]: Vector): void {
  for (const [at, height] of [
    [sample - 1, 0.15],
    [sample, 1],
    [sample + 1, -0.1],
  ] as const) {
    if (at < 0 || at >= dipole[0].length) continue;
    dipole[0][at] += height * left;
    dipole[1][at] += height * down;
    dipole[2][at] += height * back;
  }
}

/** Fibrillatory waves: 5 to 8 a second, largest towards V1, never the same twice. */
export function addFibrillation(dipole: Dipole, random: Random, scale: number, sampleRateHz: number): void {
  const frequency = random.uniform(5, 8);
  const size = scale * random.uniform(0.025, 0.05);
  let phase = 2 * PI * random.next();
  let drift = 0;
  for (let i = 0; i < dipole[0].length; i++) {
    drift += (-0.5 * drift + 1.5 * random.normal() * Math.sqrt(sampleRateHz)) / sampleRateHz; // about 1.5 either way
    phase += (2 * PI * (frequency + 0.4 * drift)) / sampleRateHz;
    const wave = size * exp(0.15 * drift) * (sin(phase) + 0.35 * sin(2 * phase));
    dipole[0][i] += -0.2 * wave;
    dipole[1][i] += 0.5 * wave;
    dipole[2][i] += -0.9 * wave;
  }
}

/**
 * Typical flutter, round the tricuspid valve against the clock as seen from below: saw teeth in II, III and aVF, which fall slowly and rise at once, and short upright
 * waves in V1.
 */
export function addFlutter(
  dipole: Dipole,
  random: Random,
  scale: number,
  flutterHz: number,
  sampleRateHz: number,
): void {
  const size = scale * random.uniform(0.11, 0.16);
  for (let i = 0; i < dipole[0].length; i++) {
    const phase = (2 * PI * flutterHz * i) / sampleRateHz;
    const tooth = sin(phase) + 0.45 * sin(2 * phase) + 0.2 * sin(3 * phase);
    const short = exp(4 * (cos(phase - 0.8) - 1)) - 0.2;
    dipole[0][i] += 0.05 * size * tooth;
    dipole[1][i] += size * tooth;
    dipole[2][i] += -0.9 * size * short;
  }
}
