import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { CardioError } from '@cardio/core';
import { dropout, type DropoutOptions } from './fused/dropout.js';

export { dropoutMask } from './fused/dropout-mask.js';

/** A layer whose randomness follows the training step. The trainer calls it on every layer that has it, before each step. */
export interface StepAware {
  /** @param step number of the training step, counted from 0 over the whole run */
  beginStep(step: number): void;
}

/** The configuration of a {@link SeededDropout} layer. */
export interface SeededDropoutConfig {
  /** Fraction of elements set to 0, in [0, 1). */
  readonly rate: number;
  /** Any integer; layers of one model need seeds of their own, or they drop the same elements. */
  readonly seed: number;
  readonly name?: string;
}

/**
 * Dropout (Srivastava et al. 2014; inverted, so that inference is the identity) whose mask is a function of (seed, step, element index) and of
 * nothing else: the same on every engine, and the same again when a run resumes at that step. Shapes pass through.
 *
 * @throws CardioError `config` for a rate outside [0, 1) or a seed that is no integer
 */
export class SeededDropout extends tfl.layers.Layer implements StepAware {
  /** The name in saved models. */
  static readonly className: string = 'SeededDropout';
  private readonly rate: number;
  private readonly seed: number;
  private step = 0;

  constructor(config: SeededDropoutConfig) {
    super({ ...config });
    const { rate, seed } = config;
    const name = this.getClassName();
    if (!(rate >= 0 && rate < 1)) throw new CardioError('config', `${name}: rate must be in [0, 1), received ${rate}.`);
    if (!Number.isInteger(seed)) throw new CardioError('config', `${name}: seed must be an integer, received ${seed}.`);
    this.rate = rate;
    this.seed = seed;
    this.supportsMasking = true;
  }

  beginStep(step: number): void {
    this.step = step;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      if (!kwargs.training || this.rate === 0) return x;
      return this.drop(x);
    });
  }

  /** What is done to the input in training. */
  protected drop(x: tf.Tensor): tf.Tensor {
    return dropout(x, this.options());
  }

  protected options(): DropoutOptions {
    return { rate: this.rate, seed: this.seed, step: this.step };
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed };
  }
}
