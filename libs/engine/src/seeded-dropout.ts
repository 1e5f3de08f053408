import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { CardioError } from '@cardio/core';

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
  /** @nocollapse the name in saved models */
  static readonly className = 'SeededDropout';
  private readonly rate: number;
  private readonly seed: number;
  private step = 0;

  constructor(config: SeededDropoutConfig) {
    super({ ...config });
    const { rate, seed } = config;
    if (!(rate >= 0 && rate < 1))
      throw new CardioError('config', `SeededDropout: rate must be in [0, 1), received ${rate}.`);
    if (!Number.isInteger(seed))
      throw new CardioError('config', `SeededDropout: seed must be an integer, received ${seed}.`);
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
      return tf.mul(x, tf.tensor(dropoutMask(x.size, this.rate, this.seed, this.step), x.shape));
    });
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed };
  }
}

/**
 * The mask of a dropout layer at a training step: 0 with probability `rate`, else 1 / (1 - rate). Element i hangs on a hash of (seed, step, i)
 * alone: two rounds of the 32-bit integer hash lowbias32 (Wellons 2018), keyed before each.
 *
 * @returns `size` factors
 */
export function dropoutMask(size: number, rate: number, seed: number, step: number): Float32Array {
  const [before, between] = [mix(mix(seed) + step), mix(mix(~seed) ^ mix(step))];
  const threshold = rate * 2 ** 32;
  const kept = 1 / (1 - rate);
  const mask = new Float32Array(size);
  for (let i = 0; i < size; i++) mask[i] = mix(mix(i + before) ^ between) >>> 0 < threshold ? 0 : kept;
  return mask;
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return h ^ (h >>> 16);
}

/** Makes our layers known to tfjs, so that saved models that contain them can be loaded. May be called any number of times. */
export function registerLayers(): void {
  tf.serialization.registerClass(SeededDropout);
}
