import { define, type Random } from '@cardio/core';
import { z } from 'zod';
import { lengthOf, type Augmentation } from './augmentation.js';

/**
 * Time that runs now faster, now slower, for all leads alike; first and last sample stay where they are. Between samples it goes along the cubic
 * through four neighbours (Catmull and Rom 1974), a sum of samples with the same factors in every lead, so that the laws of the limb leads hold;
 * a missing sample is missing in up to four. It changes rates and intervals.
 */
export const timeWarp = define({
  name: 'time-warp',
  description: 'Time that runs now faster, now slower.',
  config: z.strictObject({
    strength: z
      .number()
      .min(0)
      .max(0.9)
      .default(0.1)
      .describe('How far speeds differ from 1 before the ends are put back in place: 0.1 is 0.9 to 1.1.'),
    pieces: z
      .int()
      .min(1)
      .max(100)
      .default(4)
      .describe('In how many pieces of equal length the speed goes from one value to another.'),
  }),
  create:
    ({ strength, pieces }): Augmentation =>
    (signal, random) => {
      const length = lengthOf(signal);
      if (length < 2) return signal;
      const places = warped(length, pieces, strength, random);
      return { ...signal, samples: signal.samples.map((lead) => (lead.length < 2 ? lead : at(lead, places))) };
    },
});

/** Where each sample is taken from, ascending from 0 to the last. */
function warped(length: number, pieces: number, strength: number, random: Random): Float64Array {
  const speeds = Array.from({ length: pieces + 1 }, () => random.uniform(1 - strength, 1 + strength));
  const places = new Float64Array(length);
  for (let i = 1; i < length; i++) {
    const along = ((i - 0.5) / (length - 1)) * pieces;
    const piece = Math.floor(along);
    places[i] = places[i - 1] + speeds[piece] + (speeds[piece + 1] - speeds[piece]) * (along - piece);
  }
  const scale = (length - 1) / places[length - 1];
  for (let i = 1; i < length; i++) places[i] = Math.min(length - 1, scale * places[i]);
  return places;
}

function at(lead: Float32Array, places: Float64Array): Float32Array {
  const last = lead.length - 1;
  const result = new Float32Array(lead.length);
  for (let i = 0; i < result.length; i++) {
    const k = Math.min(last - 1, Math.floor(places[i]));
    const t = places[i] - k;
    const [b, c] = [lead[k], lead[k + 1]];
    const a = k > 0 ? lead[k - 1] : 2 * b - c;
    const d = k + 2 <= last ? lead[k + 2] : 2 * c - b;
    result[i] = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }
  return result;
}
