import { define } from '@cardio/core';
import { z } from 'zod';
import { draw, range, type Augmentation } from './augmentation.js';

/** All leads by one factor, so that the laws of the limb leads hold. It changes what voltage decides: hypertrophy, low voltage. */
export const amplitudeScale = define({
  name: 'amplitude-scale',
  description: 'All leads larger or smaller by one factor.',
  config: z.strictObject({ factor: range(0.01, 100, [0.9, 1.1], 'What every sample is multiplied by.') }),
  create:
    ({ factor }): Augmentation =>
    (signal, random) => {
      const by = draw(random, factor);
      const samples = signal.samples.map((lead) => {
        const result = new Float32Array(lead.length);
        for (let i = 0; i < lead.length; i++) result[i] = by * lead[i];
        return result;
      });
      return { ...signal, samples };
    },
});
