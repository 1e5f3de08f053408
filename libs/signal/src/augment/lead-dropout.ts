import { define } from '@cardio/core';
import { z } from 'zod';
import type { Augmentation } from './augmentation.js';

/** Leads at 0 mV, as missing ones are filled; one at least stays. */
export const leadDropout = define({
  name: 'lead-dropout',
  description: 'Some leads at 0 mV, as missing ones are.',
  config: z.strictObject({
    leadProbability: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .describe('With which each lead is left out; one lead always stays.'),
  }),
  create:
    ({ leadProbability }): Augmentation =>
    (signal, random) => {
      const stays = random.integer(signal.samples.length);
      const out = signal.samples.map(() => random.next() < leadProbability);
      if (out.every(Boolean)) out[stays] = false;
      return { ...signal, samples: signal.samples.map((lead, l) => (out[l] ? new Float32Array(lead.length) : lead)) };
    },
});
