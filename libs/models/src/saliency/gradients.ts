import { CardioError } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import { targetLogit, type Inputs, type Target } from './target.js';

/**
 * How the target logit changes with each sample (Simonyan et al., ICLR workshop 2014), in logits per unit of the input.
 *
 * @returns `[B, T, L]`; the caller disposes of it
 * @throws CardioError `usage` for a target that is no class
 */
export function inputGradients(model: tfl.LayersModel, inputs: Inputs, target: Target): tf.Tensor3D {
  const [ecg, ...others] = inputs;
  return tf.tidy(() => tf.grad((x) => targetLogit(model, [x as tf.Tensor3D, ...others], target))(ecg) as tf.Tensor3D);
}

/** How {@link integratedGradients} goes. */
export interface IntegratedGradientsOptions {
  /** Places on the way at which the gradient is taken, by Gauss and Legendre; default 64. */
  readonly steps?: number;
  /** The signal that says nothing, `[B, T, L]` or what broadcasts to it; default zeros. */
  readonly baseline?: tf.Tensor;
}

/**
 * What each sample adds to the target logit, from the baseline's to the signal's: the gradient averaged on the straight way between them, times
 * their difference (Sundararajan et al., ICML 2017, equation 1). The sum over an example is the difference of its two logits,
 * the better the more steps. Extra features are kept as they are.
 *
 * @returns `[B, T, L]` in logits; the caller disposes of it
 * @throws CardioError `usage` for a target that is no class, or steps that are no whole number from 1
 */
export function integratedGradients(
  model: tfl.LayersModel,
  inputs: Inputs,
  target: Target,
  { steps = 64, baseline }: IntegratedGradientsOptions = {},
): tf.Tensor3D {
  if (!Number.isInteger(steps) || steps < 1)
    throw new CardioError('usage', `\`steps\` must be a whole number from 1; received ${steps}.`);
  const [ecg, ...others] = inputs;
  return tf.tidy(() => {
    const way = baseline ? tf.sub(ecg, baseline) : ecg; // [B, T, L]
    let total = tf.zerosLike(ecg);
    for (const { place, weight } of gaussLegendre(steps)) {
      total = tf.tidy(() => {
        const x = tf.sub(ecg, tf.mul(way, 1 - place)) as tf.Tensor3D;
        const sum = tf.add(total, tf.mul(inputGradients(model, [x, ...others], target), weight));
        total.dispose();
        return sum as tf.Tensor3D;
      });
    }
    return tf.mul(way, total) as tf.Tensor3D;
  });
}

/**
 * Places and weights of the quadrature of Gauss and Legendre on [0, 1] (Abramowitz & Stegun, 25.4.29), roots by Newton's method. It looks most
 * closely at the ends: a transformer's norms change fastest where the signal is almost the baseline.
 */
function gaussLegendre(count: number): { place: number; weight: number }[] {
  return Array.from({ length: count }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let iteration = 0; iteration < 10; iteration++) {
      let [previous, value] = [1, x]; // P0, P1 at x, then up to Pcount
      for (let n = 2; n <= count; n++) [previous, value] = [value, ((2 * n - 1) * x * value - (n - 1) * previous) / n];
      slope = (count * (x * value - previous)) / (x * x - 1);
      x -= value / slope;
    }
    return { place: (1 - x) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
}
