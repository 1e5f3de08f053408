import { CardioError } from '@cardio/core';
import { adamW, globalNorm as normOf } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';

export { clipFactor } from '@cardio/engine';

/** The numbers of {@link AdamW}. */
export interface AdamWOptions {
  /** Decoupled decay per step, in units of the learning rate. */
  readonly weightDecay: number;
  /** Decay rate of the mean of gradients; default 0.9. */
  readonly beta1?: number;
  /** Decay rate of the mean of squared gradients; default 0.999. */
  readonly beta2?: number;
  /** Added to the denominator; default 1e-8. */
  readonly epsilon?: number;
}

/** What an optimizer must remember to go on exactly where it stopped. */
export interface OptimizerState {
  /** Steps taken. */
  readonly step: number;
  /** First moments of all variables, then second moments. */
  readonly moments: readonly Float32Array[];
}

/**
 * Adam with decoupled weight decay and bias correction (Loshchilov & Hutter, Decoupled Weight Decay Regularization, ICLR 2019,
 * algorithm 2; equal to `torch.optim.AdamW`). Variables of rank 1, which are biases and the scales and shifts of norms, don't
 * decay.
 */
export class AdamW {
  private stepsTaken = 0;
  private readonly first: tf.Variable[];
  private readonly second: tf.Variable[];
  private readonly options: Required<AdamWOptions>;

  constructor(
    private readonly variables: readonly tf.Variable[],
    options: AdamWOptions,
  ) {
    this.options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...options };
    const zeros = (): tf.Variable[] => variables.map((v) => tf.tidy(() => tf.variable(tf.zeros(v.shape), false)));
    this.first = zeros();
    this.second = zeros();
  }

  /**
   * Moves every variable that has a gradient.
   *
   * @param gradients one per variable, `undefined` where the loss doesn't depend on it
   * @param scale multiplies the gradients first, as {@link clipFactor} gives it
   */
  step(gradients: readonly (tf.Tensor | undefined)[], learningRate: number, scale = 1): void {
    const { weightDecay, ...decays } = this.options;
    this.stepsTaken++;
    const moved = this.variables.flatMap((variable, i) => {
      const gradient = gradients[i];
      return gradient ? [{ variable, gradient, first: this.first[i], second: this.second[i] }] : [];
    });
    adamW(
      moved.map(({ variable }) => variable),
      moved.map(({ gradient }) => gradient),
      moved.map(({ first }) => first),
      moved.map(({ second }) => second),
      {
        ...decays,
        learningRate,
        weightDecays: moved.map(({ variable }) => (variable.rank > 1 ? weightDecay : 0)),
        step: this.stepsTaken,
        gradScale: scale,
      },
    );
  }

  /** A copy of the state. */
  async state(): Promise<OptimizerState> {
    const moments = await Promise.all([...this.first, ...this.second].map((m) => m.data<'float32'>()));
    return { step: this.stepsTaken, moments: moments.map((m) => m.slice()) };
  }

  /** Continues from a state of an optimizer over variables of the same shapes. */
  restore({ step, moments }: OptimizerState): void {
    const variables = [...this.first, ...this.second];
    if (moments.length !== variables.length || moments.some((m, i) => m.length !== variables[i].size)) {
      throw new CardioError(
        'usage',
        `The optimizer's state has ${moments.length / 2} variables, which do not fit the ${this.variables.length} to be trained. ` +
          'Freeze the same layers as when it was saved.',
      );
    }
    this.stepsTaken = step;
    variables.forEach((variable, i) => tf.tidy(() => variable.assign(tf.tensor(moments[i], variable.shape))));
  }

  dispose(): void {
    tf.dispose([...this.first, ...this.second]);
  }
}

/** The Euclidean norm of all gradients taken as one vector, a scalar. */
export const globalNorm = (gradients: readonly (tf.Tensor | undefined)[]): tf.Scalar =>
  normOf(gradients.filter((gradient) => gradient !== undefined));
