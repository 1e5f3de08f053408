import { adamW, sgd } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';

import { lamb } from './lamb.js';

/** The optimizers there are. */
export type OptimizerName = 'adamw' | 'adam' | 'sgd' | 'lamb';

/** The numbers of the rules; each takes those it knows. */
export interface RuleOptions {
  /** SGD: share of the old velocity that is kept; default 0.9. */
  readonly momentum?: number;
  /** SGD: looks ahead along the velocity (Sutskever et al., ICML 2013). Default false. */
  readonly nesterov?: boolean;
  /** Decay rate of the mean of gradients; default 0.9. */
  readonly beta1?: number;
  /** Decay rate of the mean of squared gradients; default 0.999. */
  readonly beta2?: number;
  /** Added to the denominator; default 1e-8, for LAMB 1e-6. */
  readonly epsilon?: number;
}

/** Variables of one learning rate that have been moved equally often, and what to move them by. */
export interface Move {
  readonly variables: readonly tf.Variable[];
  readonly gradients: readonly tf.Tensor[];
  readonly slots: readonly (readonly tf.Variable[])[];
  readonly weightDecays: readonly number[];
  readonly learningRate: number;
  /** Number of this step, from 1. */
  readonly step: number;
  readonly gradScale: number;
}

/** How an optimizer moves variables, and how many numbers it keeps for each of theirs. */
interface Rule {
  slots(options: RuleOptions): number;
  move(move: Move, options: RuleOptions): void;
}

const moments = ({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: RuleOptions) => ({ beta1, beta2, epsilon });

/** Adam with decoupled weight decay (Loshchilov & Hutter, ICLR 2019, algorithm 2; equal to `torch.optim.AdamW`). */
const adamwRule: Rule = {
  slots: () => 2,
  move: ({ variables, gradients, slots: [first, second], ...numbers }, options) =>
    adamW(variables, gradients, first, second, { ...numbers, ...moments(options) }),
};

/** Adam with the decay added to the gradient (Kingma & Ba, ICLR 2015; equal to `torch.optim.Adam`). */
const adamRule: Rule = {
  slots: () => 2,
  move: ({ variables, gradients, slots: [first, second], weightDecays, ...numbers }, options) =>
    tf.tidy(() => {
      // adamW multiplies the sum by the scale, which the decay is not to be multiplied by
      const decays = weightDecays.map((decay) => decay / numbers.gradScale);
      const decayed = gradients.map((g, i) => (decays[i] === 0 ? g : tf.add(g, tf.mul(variables[i], decays[i]))));
      const none = weightDecays.map(() => 0);
      adamW(variables, decayed, first, second, { ...numbers, ...moments(options), weightDecays: none });
    }),
};

/** Stochastic gradient descent with momentum, Nesterov's on demand (equal to `torch.optim.SGD`). */
const sgdRule: Rule = {
  slots: ({ momentum = 0.9 }) => (momentum > 0 ? 1 : 0),
  move: ({ variables, gradients, slots: [velocities], ...numbers }, { momentum = 0.9, nesterov = false }) =>
    sgd(variables, gradients, velocities, { ...numbers, momentum, nesterov }),
};

/** Layer-wise adapted Adam for large batches (You et al., ICLR 2020, algorithm 2). */
const lambRule: Rule = {
  slots: () => 2,
  move: (move, options) => lamb(move, { ...moments(options), epsilon: options.epsilon ?? 1e-6 }),
};

/** The rule of every optimizer. */
export const rules: Readonly<Record<OptimizerName, Rule>> = {
  adamw: adamwRule,
  adam: adamRule,
  sgd: sgdRule,
  lamb: lambRule,
};
