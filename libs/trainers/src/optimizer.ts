import { CardioError } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';

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
    const { beta1, beta2, epsilon, weightDecay } = this.options;
    this.stepsTaken++;
    const stepSize = learningRate / (1 - beta1 ** this.stepsTaken);
    const rootCorrection = Math.sqrt(1 - beta2 ** this.stepsTaken);
    this.variables.forEach((variable, i) => {
      const gradient = gradients[i];
      if (!gradient) return;
      tf.tidy(() => {
        const g = scale === 1 ? gradient : tf.mul(gradient, scale);
        const m = tf.add(tf.mul(this.first[i], beta1), tf.mul(g, 1 - beta1));
        const v = tf.add(tf.mul(this.second[i], beta2), tf.mul(tf.square(g), 1 - beta2));
        const direction = tf.div(m, tf.add(tf.div(tf.sqrt(v), rootCorrection), epsilon));
        const kept = variable.rank > 1 ? tf.mul(variable, 1 - learningRate * weightDecay) : variable;
        variable.assign(tf.sub(kept, tf.mul(direction, stepSize)));
        this.first[i].assign(m);
        this.second[i].assign(v);
      });
    });
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
export function globalNorm(gradients: readonly (tf.Tensor | undefined)[]): tf.Scalar {
  return tf.tidy(() => {
    const squares = gradients.filter((g) => g !== undefined).map((g) => tf.sum(tf.square(g)) as tf.Scalar);
    return tf.sqrt(tf.addN(squares));
  });
}

/**
 * By what to multiply gradients so that their global norm is at most `limit` (Pascanu et al. 2013; equal to
 * `torch.nn.utils.clip_grad_norm_`); a limit of 0 means none.
 */
export const clipFactor = (norm: number, limit: number): number => (limit > 0 ? Math.min(1, limit / (norm + 1e-6)) : 1);
