import { CardioError, type Batch } from '@cardio/core';
import { clipFactor, globalNorm, valueAndGradients, type StepAware } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import type { SavedOptimizer } from '../checkpoints.js';
import type { TrainingConfig } from '../config.js';
import { AveragedWeights } from '../optimizers/average.js';
import { layersMatching } from '../optimizers/layer-names.js';
import { Optimizer } from '../optimizers/optimizer.js';
import { parametersOf, type OwnedParameter } from '../optimizers/parameters.js';
import { stepAwareLayers } from '../step-aware.js';
import type { Objective } from './objective.js';

/** What a batch says: its mean loss, and by which gradients. */
export interface BatchGradients {
  /** Before the step, regularisation losses of the layers included. */
  readonly loss: number;
  /** Global norm. */
  readonly norm: number;
  /** One per parameter, `undefined` for what is frozen or has no part in the loss. The caller disposes of them. */
  readonly gradients: readonly (tf.Tensor | undefined)[];
}

/** Whether a step can be taken. */
export const isFinite = ({ loss, norm }: Pick<BatchGradients, 'loss' | 'norm'>): boolean =>
  Number.isFinite(loss) && Number.isFinite(norm);

/** A model with what moves it: gradients of batches, optimizer, averaged weights, frozen layers. */
export class Learner {
  readonly parameters: readonly OwnedParameter[];
  readonly optimizer: Optimizer;
  readonly average: AveragedWeights | undefined;
  private readonly frozen: ReadonlySet<string>;
  private readonly stepAware: readonly StepAware[];
  private readonly fixed: readonly tfl.LayerVariable[];

  constructor(
    private readonly model: tfl.LayersModel,
    private readonly objective: Objective,
    private readonly config: TrainingConfig,
    depthOf?: (layerName: string) => number,
  ) {
    this.parameters = parametersOf(model, config, depthOf);
    this.frozen = new Set(config.freeze.flatMap((pattern) => layersMatching(model, pattern, 'freeze')));
    if (this.parameters.every(({ layer }) => this.frozen.has(layer))) {
      throw new CardioError(
        'config',
        '`freeze` leaves nothing to be trained. Leave the head, such as logits, out of it.',
      );
    }
    const { optimizer, momentum, nesterov, emaDecay } = config;
    this.optimizer = new Optimizer(optimizer, this.parameters, { momentum, nesterov });
    const variables = this.parameters.map(({ variable }) => variable);
    this.average = emaDecay > 0 ? new AveragedWeights(variables, emaDecay) : undefined;
    this.stepAware = stepAwareLayers(model);
    this.fixed = model.nonTrainableWeights;
  }

  /**
   * Forward in training mode, and backward; nothing but the statistics of batch normalisation moves, and those not where the result is not
   * finite.
   *
   * @param index batches since the start of the run: decides the masks of dropout
   * @param epoch finished epochs: decides what is frozen
   */
  async gradients(batch: Batch, index: number, epoch: number): Promise<BatchGradients> {
    for (const layer of this.stepAware) layer.beginStep(index);
    const { unfreezeAfterEpochs } = this.config;
    const holds = unfreezeAfterEpochs === 0 || epoch < unfreezeAfterEpochs;
    const isFrozen = (layer: string): boolean => holds && this.frozen.has(layer);
    const moved = this.parameters.filter(({ layer }) => !isFrozen(layer)).map(({ variable }) => variable);
    const training = this.frozen.size === 0 || ((layer: tfl.layers.Layer) => !isFrozen(layer.name));
    const loss = (): tf.Scalar =>
      tf.addN([this.objective.loss(batch, { step: index, training }), ...this.model.calculateLosses()]) as tf.Scalar;

    const statistics = this.fixed.map((weight) => tf.clone(weight.read()));
    const { value, gradients } = tf.tidy(() => ({ ...valueAndGradients(loss, moved) }));
    const normTensor = globalNorm(gradients.filter((g) => g !== undefined));
    const byVariable = new Map(moved.map((variable, i) => [variable, gradients[i]]));
    const aligned = this.parameters.map(({ variable }) => byVariable.get(variable));
    try {
      const result = { loss: (await value.data())[0], norm: (await normTensor.data())[0], gradients: aligned };
      if (!isFinite(result)) this.fixed.forEach((weight, i) => weight.write(statistics[i]));
      return result;
    } finally {
      tf.dispose([value, normTensor, ...statistics]);
    }
  }

  /**
   * Moves the weights.
   *
   * @param divisor of the gradients, as where they are sums
   * @param norm global norm of the gradients after the division, for clipping
   */
  step(
    gradients: readonly (tf.Tensor | undefined)[],
    numbers: { norm: number; divisor: number; learningRate: number; momentum?: number | undefined },
  ): void {
    const { norm, divisor, learningRate, momentum } = numbers;
    const scale = clipFactor(norm, this.config.gradientClipNorm) / divisor;
    this.optimizer.step(gradients, { learningRate, momentum, scale });
    this.average?.update();
  }

  /** Does what wants the averaged weights in the model, where there are any. */
  async withAverage<T>(work: () => Promise<T>): Promise<T> {
    this.average?.swap();
    try {
      return await work();
    } finally {
      this.average?.swap();
    }
  }

  /** What a checkpoint keeps beside the model, which has the averaged weights. */
  async saved(): Promise<SavedOptimizer> {
    const { name } = this.optimizer;
    return { name, ...(await this.optimizer.state()), rawWeights: await this.average?.values() };
  }

  /**
   * Continues from what {@link saved} gave.
   *
   * @param writeModel puts the checkpoint's weights into the model, once all is known to fit
   */
  restore(saved: SavedOptimizer, writeModel: () => void): void {
    if (saved.name !== this.optimizer.name) {
      throw new CardioError(
        'usage',
        `The checkpoint was trained with the optimizer ${saved.name}, this run with ${this.optimizer.name}. Resume with the same.`,
      );
    }
    this.optimizer.restore(saved);
    writeModel();
    const { rawWeights } = saved;
    if (!rawWeights) return;
    if (this.average) {
      this.average.restore(rawWeights);
      this.average.swap();
    } else {
      this.parameters.forEach(({ variable }, i) =>
        tf.tidy(() => variable.assign(tf.tensor(rawWeights[i], variable.shape))),
      );
    }
  }

  dispose(): void {
    this.optimizer.dispose();
    this.average?.dispose();
  }
}
