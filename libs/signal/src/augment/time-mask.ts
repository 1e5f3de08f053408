import { define } from '@cardio/core';
import { z } from 'zod';
import { draw, drawWhole, lengthOf, range, wholeRange, type Augmentation } from './augmentation.js';

/** Stretches of 0 mV in all leads at once: from leads that are left, the others could be computed. An event in a stretch is gone from the signal. */
export const timeMask = define({
  name: 'time-mask',
  description: 'Stretches of all leads at 0 mV.',
  config: z.strictObject({
    count: wholeRange(1, 100, [1, 1], 'How many stretches; they may overlap.'),
    share: range(0, 1, [0.02, 0.1], "Length of each, as a part of the signal's."),
  }),
  create:
    ({ count, share }): Augmentation =>
    (signal, random) => {
      const length = lengthOf(signal);
      const samples = signal.samples.map((lead) => lead.slice());
      for (let left = drawWhole(random, count); left > 0; left--) {
        const width = Math.round(draw(random, share) * length);
        const start = random.integer(length - width + 1);
        for (const lead of samples) lead.fill(0, start, start + width);
      }
      return { ...signal, samples };
    },
});
