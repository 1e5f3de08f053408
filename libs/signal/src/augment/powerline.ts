import { define, type Random } from '@cardio/core';
import { z } from 'zod';
import { SignalError } from '../errors.js';
import { draw, lengthOf, range, type Augmentation } from './augmentation.js';
import { throughElectrodes } from './electrodes.js';
import { addNoise, scaledTo } from './noise.js';

/**
 * Hum of the mains: one source with its harmonics, which each electrode couples to with a strength of its own (an equal part cancels in every
 * lead). The frequency goes in a straight line between two that are off the nominal one by up to `driftHz`; harmonics from half the rate on are
 * left out, as a recorder's filter does.
 */
export const powerline = define({
  name: 'powerline',
  description: 'Hum of the mains with harmonics and drift.',
  config: z.strictObject({
    frequencyHz: z
      .array(z.number().min(1).max(1000))
      .min(1)
      .default([50, 60])
      .describe('Of the mains, in Hz; one of them is drawn.'),
    rmsMv: range(0, 10, [0.005, 0.03], 'Root mean square over all leads, in mV.'),
    harmonics: z.int().min(1).max(20).default(3).describe('Tones: the mains alone (1) and its multiples.'),
    harmonicHeight: range(0, 1, [0, 0.3], 'Height of each multiple, the mains being 1.'),
    driftHz: z.number().min(0).max(5).default(0.05).describe('How far the frequency may be off, in Hz.'),
    ifTooFast: z
      .enum(['error', 'skip'])
      .default('error')
      .describe('Where no mains fits below half the rate: an error, or the signal as it is.'),
  }),
  create:
    ({ frequencyHz, rmsMv, harmonics, harmonicHeight, driftHz, ifTooFast }): Augmentation =>
    (signal, random) => {
      const nyquist = signal.sampleRateHz / 2;
      const possible = frequencyHz.filter((hz) => hz + driftHz < nyquist);
      if (possible.length === 0) {
        if (ifTooFast === 'skip') return signal;
        throw new SignalError(
          '`frequencyHz` of powerline with `driftHz`',
          `below ${nyquist} Hz, half the rate`,
          frequencyHz,
          {
            advice: "Leave the step out, or set `ifTooFast: 'skip'`.",
          },
        );
      }
      const mains = possible[random.integer(possible.length)];
      const [from, to] = [0, 1].map(() => mains + driftHz * random.uniform(-1, 1));
      const tones = Math.min(harmonics, Math.ceil(nyquist / (mains + driftHz)) - 1);
      const heights = Array.from({ length: tones }, (_, k) => (k === 0 ? 1 : draw(random, harmonicHeight)));
      const source = hum(lengthOf(signal), signal.sampleRateHz, from, to, heights, random);
      const noise = throughElectrodes(signal.leads, () => {
        const coupling = random.normal();
        const trace = new Float64Array(source.length);
        for (let i = 0; i < trace.length; i++) trace[i] = coupling * source[i];
        return trace;
      });
      return addNoise(signal, scaledTo(draw(random, rmsMv), noise));
    },
});

/** A tone whose frequency goes from one to another, and its multiples, each with a phase of its own. */
function hum(
  length: number,
  sampleRateHz: number,
  from: number,
  to: number,
  heights: readonly number[],
  random: Random,
): Float64Array {
  const phases = heights.map(() => 2 * Math.PI * random.next());
  const inPhase = heights.map((height, k) => height * Math.cos(phases[k]));
  const across = heights.map((height, k) => height * Math.sin(phases[k]));
  const result = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const phase = (2 * Math.PI * (from + ((to - from) * i) / (2 * length)) * i) / sampleRateHz;
    const c1 = Math.cos(phase);
    const s1 = Math.sin(phase);
    let c = c1;
    let s = s1;
    for (let k = 0; k < heights.length; k++) {
      result[i] += inPhase[k] * c - across[k] * s;
      const next = c * c1 - s * s1; // the next multiple
      s = c * s1 + s * c1;
      c = next;
    }
  }
  return result;
}
