import { define } from '@cardio/core';
import { z } from 'zod';
import { SignalError } from '../errors.js';
import { lengthOf, type Augmentation } from './augmentation.js';

/** The signal a little earlier or later; its first or last sample fills the end that becomes free. */
export const shift = define({
  name: 'shift',
  description: 'The signal a little earlier or later.',
  config: z.strictObject({
    maxSeconds: z.number().positive().max(86_400).default(0.1).describe('By how much at most, either way.'),
  }),
  create:
    ({ maxSeconds }): Augmentation =>
    (signal, random) => {
      const length = lengthOf(signal);
      const most = Math.round(maxSeconds * signal.sampleRateHz);
      if (most >= length) {
        throw new SignalError(
          '`maxSeconds` of shift',
          `below ${length / signal.sampleRateHz} s, the length of the signal`,
          maxSeconds,
        );
      }
      const by = random.integer(2 * most + 1) - most;
      const samples = signal.samples.map((lead) => {
        const result = new Float32Array(length);
        if (by >= 0) result.fill(lead[0], 0, by).set(lead.subarray(0, length - by), by);
        else result.fill(lead[length - 1], length + by).set(lead.subarray(-by));
        return result;
      });
      return { ...signal, samples };
    },
});
