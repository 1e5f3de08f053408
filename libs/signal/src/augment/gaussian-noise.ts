import { define } from '@cardio/core';
import { z } from 'zod';
import { draw, lengthOf, range, type Augmentation } from './augmentation.js';
import { throughElectrodes } from './electrodes.js';
import { addNoise, normals, scaledTo, signalLevel } from './noise.js';

/** White noise of every electrode by itself, as of an amplifier. */
export const gaussianNoise = define({
  name: 'gaussian-noise',
  description: 'White noise of each electrode, at a ratio of signal to noise.',
  config: z.strictObject({
    snrDb: range(
      -20,
      100,
      [15, 30],
      'Power of the signal (each lead around its mean) over that of the noise, all leads together, in dB.',
    ),
  }),
  create:
    ({ snrDb }): Augmentation =>
    (signal, random) => {
      const level = signalLevel(signal) * 10 ** (-draw(random, snrDb) / 20);
      const noise = throughElectrodes(signal.leads, () => normals(random, lengthOf(signal)));
      return addNoise(signal, scaledTo(level, noise));
    },
});
