import { Factory } from '@cardio/core';
import { amplitudeScale } from './amplitude-scale.js';
import { baselineWander } from './baseline-wander.js';
import { electrodeMotion } from './electrode-motion.js';
import { emg } from './emg.js';
import { gaussianNoise } from './gaussian-noise.js';
import { leadDropout } from './lead-dropout.js';
import { limbReversal } from './limb-reversal.js';
import { powerline } from './powerline.js';
import { randomCrop } from './random-crop.js';
import { shift } from './shift.js';
import { timeMask } from './time-mask.js';
import { timeWarp } from './time-warp.js';

/** The built-in augmentations of one signal. */
export const builtIn = [
  gaussianNoise,
  powerline,
  baselineWander,
  emg,
  electrodeMotion,
  amplitudeScale,
  timeWarp,
  timeMask,
  leadDropout,
  randomCrop,
  shift,
  limbReversal,
] as const;

/**
 * Makes augmentations of one signal by name; `register` adds one, whose configuration must be a zod object.
 *
 * @example augmentationFactory.create('gaussian-noise', { snrDb: [10, 20] })(signal, createRandom(1))
 */
export const augmentationFactory = new Factory('augmentation', builtIn);
