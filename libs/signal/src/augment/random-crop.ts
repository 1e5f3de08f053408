import { define } from '@cardio/core';
import { z } from 'zod';
import { SignalError } from '../errors.js';
import { lengthOf, type Augmentation } from './augmentation.js';

/** A stretch from anywhere in the signal. What it leaves out is gone, and with it the events there. */
export const randomCrop = define({
  name: 'random-crop',
  description: 'A stretch from anywhere in the signal.',
  config: z.strictObject({
    seconds: z.number().positive().max(86_400).describe('Length of the stretch.'),
    pad: z.boolean().default(false).describe("Zeros behind it up to the signal's own length, which a model needs."),
  }),
  create:
    ({ seconds, pad }): Augmentation =>
    (signal, random) => {
      const length = lengthOf(signal);
      const width = Math.round(seconds * signal.sampleRateHz);
      if (width > length || width === 0) {
        const bound = `from 1 to ${length} samples long, the length of the signal (${length / signal.sampleRateHz} s)`;
        throw new SignalError('The stretch of random-crop', bound, `${seconds} s, ${width} samples`);
      }
      const start = random.integer(length - width + 1);
      const samples = signal.samples.map((lead) => {
        const stretch = lead.slice(start, start + width);
        if (!pad) return stretch;
        const padded = new Float32Array(length);
        padded.set(stretch);
        return padded;
      });
      return { ...signal, samples };
    },
});
