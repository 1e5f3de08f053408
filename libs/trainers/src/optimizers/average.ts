import * as tf from '@tensorflow/tfjs-core';

/**
 * The exponential moving average of variables (Polyak & Juditsky 1992; equal to PyTorch's `AveragedModel` with `get_ema_multi_avg_fn`): the first
 * step is taken over, then each moves the average by 1 - `decay` of the difference.
 */
export class AveragedWeights {
  private averages: tf.Variable[] | undefined;

  constructor(
    private readonly variables: readonly tf.Variable[],
    private readonly decay: number,
  ) {}

  /** Takes in the variables as they are after a step. */
  update(): void {
    const { averages, decay } = this;
    if (!averages) {
      this.averages = this.variables.map((v) => tf.tidy(() => tf.variable(tf.clone(v), false)));
      return;
    }
    this.variables.forEach((variable, i) =>
      tf.tidy(() => averages[i].assign(tf.add(averages[i], tf.mul(tf.sub(variable, averages[i]), 1 - decay)))),
    );
  }

  /** Exchanges the variables' values and their averages; the same again undoes it. Before the first step it does nothing. */
  swap(): void {
    this.averages?.forEach((average, i) =>
      tf.tidy(() => {
        const value = tf.clone(this.variables[i]);
        this.variables[i].assign(tf.clone(average));
        average.assign(value);
      }),
    );
  }

  /** What the averages hold, `undefined` before the first step. */
  async values(): Promise<Float32Array[] | undefined> {
    if (!this.averages) return undefined;
    return (await Promise.all(this.averages.map((v) => v.data<'float32'>()))).map((values) => values.slice());
  }

  /** Puts values in the place of the averages. */
  restore(values: readonly Float32Array[]): void {
    this.dispose();
    this.averages = this.variables.map((v, i) => tf.tidy(() => tf.variable(tf.tensor(values[i], v.shape), false)));
  }

  dispose(): void {
    tf.dispose(this.averages ?? []);
    this.averages = undefined;
  }
}
