import { define } from '@cardio/core';
import { z } from 'zod';
import { SignalError } from '../errors.js';
import { draw, lengthOf, range, type Augmentation } from './augmentation.js';
import { throughElectrodes } from './electrodes.js';
import { addNoise, scaledTo } from './noise.js';

/** The slow wander of the baseline with breathing: a few tones of that band, which each electrode moves with in its own way. */
export const baselineWander = define({
  name: 'baseline-wander',
  description: 'Slow movement of the baseline, as by breathing.',
  config: z.strictObject({
    rmsMv: range(0, 10, [0.02, 0.1], 'Root mean square over all leads, in mV.'),
    bandHz: range(0.01, 5, [0.15, 0.4], 'Where its tones lie, in Hz: 0.15 to 0.4 is breathing at 9 to 24 a minute.'),
    tones: z.int().min(1).max(20).default(3).describe('How many tones.'),
  }),
  create:
    ({ rmsMv, bandHz, tones }): Augmentation =>
    (signal, random) => {
      const length = lengthOf(signal);
      const nyquist = signal.sampleRateHz / 2;
      if (!(bandHz[1] < nyquist)) {
        throw new SignalError('`bandHz` of baseline-wander', `below ${nyquist} Hz, half the rate`, bandHz);
      }
      const sources = Array.from({ length: tones }, () => {
        const step = (2 * Math.PI * draw(random, bandHz)) / signal.sampleRateHz;
        const phase = 2 * Math.PI * random.next();
        const source = new Float64Array(length);
        for (let i = 0; i < length; i++) source[i] = Math.sin(step * i + phase);
        return source;
      });
      const noise = throughElectrodes(signal.leads, () => {
        const trace = new Float64Array(length);
        for (const source of sources) {
          const height = random.normal();
          for (let i = 0; i < length; i++) trace[i] += height * source[i];
        }
        return trace;
      });
      return addNoise(signal, scaledTo(draw(random, rmsMv), noise));
    },
});
