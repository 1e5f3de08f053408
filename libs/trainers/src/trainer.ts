import { validate, type Batch, type TaskKind } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { z } from 'zod';

import { epochOf, type Batches } from './batches.js';
import { classification } from './classification.js';
import { trainingConfig } from './config.js';
import { evaluateModel, forward, type AggregateExamples, type EvaluationResult } from './evaluate.js';
import { findLearningRate, type LearningRateCurve, type LearningRateRange } from './find-learning-rate.js';
import type { History } from './history.js';
import { TrainingLoop, type LoopOptions } from './loop/training-loop.js';
import type { Objective } from './loop/objective.js';
import type { Loss } from './losses/loss.js';
import { probabilitiesOf } from './probabilities.js';

/** What a trainer needs; the numbers and their defaults are those of {@link trainingConfig}. */
export interface TrainerOptions extends z.input<typeof trainingConfig>, LoopOptions {
  readonly task: TaskKind;
  /** K names in the order of the model's outputs. */
  readonly classes: readonly string[];
  /** Examples that validation and evaluation score as one, such as the windows of a record; the loss takes each for itself. */
  readonly aggregate?: AggregateExamples | undefined;
}

/**
 * Trains a model that returns logits, with early stopping and checkpoints.
 *
 * @example
 * const trainer = new ClassificationTrainer(model, { task: 'multi-class', classes: ['N', 'V'], trainLoader, valLoader });
 * const history = await trainer.train();
 * const { evaluation } = await trainer.evaluate(testLoader);
 */
export class ClassificationTrainer {
  private readonly loop: TrainingLoop;
  private readonly objective: Objective & { readonly lossOfLogits: Loss };

  constructor(
    /** Functional or sequential, built, with one output `[B, K]`; weights of layers that are frozen already stay as they are. */
    readonly model: tfl.LayersModel,
    private readonly options: TrainerOptions,
  ) {
    const {
      task,
      classes,
      aggregate,
      trainLoader,
      valLoader,
      checkpointDir,
      callbacks,
      signal,
      transformBatch,
      depthOf,
      ...numbers
    } = options;
    const config = validate(trainingConfig, numbers, 'the training');
    this.objective = classification(model, { task, classes, config, aggregate });
    const parts = { trainLoader, valLoader, checkpointDir, callbacks, signal, transformBatch, depthOf };
    this.loop = new TrainingLoop(model, this.objective, config, parts);
  }

  /** Trains to the end; see {@link TrainingLoop.run}. */
  train(): Promise<History> {
    return this.loop.run();
  }

  /**
   * Goes on from a checkpoint folder such as `<run>/checkpoints/last`, before `train()`, bit for bit with the same loaders, options and engine;
   * see {@link TrainingLoop.resume}.
   */
  resume(checkpoint: string): Promise<void> {
    return this.loop.resume(checkpoint);
  }

  /** Runs the model over all batches and scores it. */
  evaluate(loader: Batches): Promise<EvaluationResult> {
    const { task, classes, aggregate } = this.options;
    const { lossOfLogits: loss } = this.objective;
    return evaluateModel(this.model, epochOf(loader, 0), { task, classes, loss, aggregate });
  }

  /** Probabilities `[B * K]` of one batch, row-major. Its labels are not looked at. */
  async predict(batch: Batch): Promise<Float32Array> {
    return probabilitiesOf(this.options.task, await forward(this.model, batch), this.options.classes.length);
  }

  /** Looks for a learning rate, instead of `train()` or before it; the model is left as it was. See {@link findLearningRate}. */
  findLearningRate(range: LearningRateRange = {}): Promise<LearningRateCurve> {
    return findLearningRate(this.model, this.objective, this.loop.config, this.options, range);
  }
}
