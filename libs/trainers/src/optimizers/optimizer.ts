import { CardioError } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';

import { rules, type OptimizerName, type RuleOptions } from './rules.js';

/** A variable that an optimizer moves, and how. */
export interface Parameter {
  readonly variable: tf.Variable;
  /** Decay per step: decoupled and in units of the learning rate for AdamW and LAMB, added to the gradient for Adam and SGD. */
  readonly weightDecay: number;
  /** Multiplies the learning rate. */
  readonly learningRateFactor: number;
}

/** The numbers of one step. */
export interface StepNumbers {
  readonly learningRate: number;
  /** Multiplies the gradients first, as `clipFactor` gives it; default 1. */
  readonly scale?: number;
  /** In place of the optimizer's own momentum (SGD) or beta1 (the others), for schedules that move it. */
  readonly momentum?: number | undefined;
}

/** What an optimizer must remember to go on exactly where it stopped. */
export interface OptimizerState {
  /** Steps that each variable has been moved by. */
  readonly steps: readonly number[];
  /** One number per number of every variable, for each of the optimizer's slots (moments, velocities). */
  readonly slots: readonly (readonly Float32Array[])[];
}

/**
 * Moves variables by their gradients. What it remembers is kept per variable, the number of its steps too: one that is frozen at first
 * starts afresh when it is let go, as in PyTorch.
 */
export class Optimizer {
  private steps: number[];
  private readonly slots: readonly (readonly tf.Variable[])[];

  constructor(
    readonly name: OptimizerName,
    private readonly parameters: readonly Parameter[],
    private readonly options: RuleOptions,
  ) {
    this.steps = parameters.map(() => 0);
    this.slots = Array.from({ length: rules[name].slots(options) }, () =>
      parameters.map(({ variable }) => tf.tidy(() => tf.variable(tf.zeros(variable.shape), false))),
    );
  }

  /**
   * Moves every variable that has a gradient.
   *
   * @param gradients one per variable, `undefined` for what stays as it is
   */
  step(gradients: readonly (tf.Tensor | undefined)[], { learningRate, scale = 1, momentum }: StepNumbers): void {
    // variables of one rate and one number of steps are moved together
    const groups = new Map<string, number[]>();
    this.parameters.forEach(({ learningRateFactor }, i) => {
      if (!gradients[i]) return;
      this.steps[i]++;
      const key = `${learningRateFactor} ${this.steps[i]}`;
      groups.set(key, [...(groups.get(key) ?? []), i]);
    });
    for (const group of groups.values()) {
      rules[this.name].move(
        {
          variables: group.map((i) => this.parameters[i].variable),
          gradients: group.map((i) => gradients[i] as tf.Tensor),
          slots: this.slots.map((slot) => group.map((i) => slot[i])),
          weightDecays: group.map((i) => this.parameters[i].weightDecay),
          learningRate: learningRate * this.parameters[group[0]].learningRateFactor,
          step: this.steps[group[0]],
          gradScale: scale,
        },
        { ...this.options, ...(momentum !== undefined && { momentum, beta1: momentum }) },
      );
    }
  }

  /** A copy of the state. */
  async state(): Promise<OptimizerState> {
    const copy = async (slot: readonly tf.Variable[]): Promise<Float32Array[]> =>
      (await Promise.all(slot.map((v) => v.data<'float32'>()))).map((values) => values.slice());
    return { steps: [...this.steps], slots: await Promise.all(this.slots.map(copy)) };
  }

  /** Continues from a state of the same optimizer over variables of the same shapes. */
  restore({ steps, slots }: OptimizerState): void {
    const fits =
      steps.length === this.parameters.length &&
      slots.length === this.slots.length &&
      slots.every((slot, s) => slot.every((values, i) => values.length === this.slots[s][i].size));
    if (!fits) {
      throw new CardioError(
        'usage',
        `The optimizer's state has ${slots.length} numbers for each of ${steps.length} variables, which do not fit ${this.name} ` +
          `with ${this.slots.length} for each of the ${this.parameters.length} to be trained. Take the optimizer and the ` +
          'trainable layers that it was saved with.',
      );
    }
    this.steps = [...steps];
    this.slots.forEach((slot, s) =>
      slot.forEach((variable, i) => tf.tidy(() => variable.assign(tf.tensor(slots[s][i], variable.shape)))),
    );
  }

  dispose(): void {
    tf.dispose(this.slots.flat());
  }
}
