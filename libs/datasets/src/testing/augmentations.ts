import type { Augment } from '../loader/augment.js';

/** Adds noise, moves the first feature, and writes a random number into the labels. */
export const noisy =
  ({ size }: { readonly size: number }): Augment =>
  ({ x, y, features }, random) => {
    for (let i = 0; i < x.length; i++) x[i] += size * random.normal();
    features[0] += 100;
    y[0] = random.next();
  };

export const notAnAugmentation = 3;
