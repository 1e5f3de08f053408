import { define } from '@cardio/core';
import { z } from 'zod';
import type { Augmentation } from './augmentation.js';
import { exchangeElectrodes } from './electrodes.js';

/** Two electrodes of the limbs exchanged by mistake: an error with a label, for models that are to find it. */
export const limbReversal = define({
  name: 'limb-reversal',
  description: 'Two electrodes of the limbs exchanged, labelled.',
  config: z.strictObject({
    pairs: z
      .array(z.enum(['RA-LA', 'RA-LL', 'LA-LL']))
      .min(1)
      .default(['RA-LA', 'RA-LL', 'LA-LL'])
      .describe('Which exchanges; one of them is drawn.'),
    label: z
      .string()
      .min(1)
      .nullable()
      .default('reversed')
      .describe('What is reported, a class of the task; null: nothing.'),
  }),
  create:
    ({ pairs, label }): Augmentation =>
    (signal, random, onLabel) => {
      const [one, other] = pairs[random.integer(pairs.length)].split('-');
      const exchanged = exchangeElectrodes(signal, one, other);
      if (label !== null) onLabel?.(label);
      return exchanged;
    },
});
