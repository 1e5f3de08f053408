import * as tf from '@tensorflow/tfjs-core';

import type { Move } from './rules.js';

/**
 * One step of LAMB (You et al., Large Batch Optimization for Deep Learning, ICLR 2020, algorithm 2): AdamW's direction, decay included,
 * scaled for each variable by the norm of the variable over its own; by 1 where either is 0.
 */
export function lamb(
  { variables, gradients, slots: [first, second], weightDecays, learningRate, step, gradScale }: Move,
  { beta1, beta2, epsilon }: { beta1: number; beta2: number; epsilon: number },
): void {
  variables.forEach((variable, i) =>
    tf.tidy(() => {
      const g = tf.mul(gradients[i], gradScale);
      const m = tf.add(tf.mul(first[i], beta1), tf.mul(g, 1 - beta1));
      const v = tf.add(tf.mul(second[i], beta2), tf.mul(tf.square(g), 1 - beta2));
      const adam = tf.div(tf.div(m, 1 - beta1 ** step), tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** step)), epsilon));
      const update = weightDecays[i] === 0 ? adam : tf.add(adam, tf.mul(variable, weightDecays[i]));
      const [weight, length] = [variable, update].map((x) => tf.sqrt(tf.sum(tf.square(x))));
      const defined = tf.logicalAnd(tf.greater(weight, 0), tf.greater(length, 0));
      const trust = tf.where(defined, tf.divNoNan(weight, length), tf.onesLike(weight));
      variable.assign(tf.sub(variable, tf.mul(update, tf.mul(trust, learningRate))));
      first[i].assign(m);
      second[i].assign(v);
    }),
  );
}
