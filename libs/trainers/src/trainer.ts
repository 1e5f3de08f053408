import { dirname, join } from 'node:path';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';

import { CardioError, validate, type Batch, type TaskKind } from '@cardio/core';
import type { StepAware } from '@cardio/engine';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { z } from 'zod';

import { checkModel } from './batch-tensors.js';
import { epochOf, type Batches } from './batches.js';
import { notify, type TrainerCallback } from './callbacks.js';
import { replaceFolder } from './checkpoint-folder.js';
import { checkSameRun, packCheckpoint, readCheckpoint, weightsFor, type CheckpointState } from './checkpoints.js';
import { trainingConfig, type TrainingConfig } from './config.js';
import { monitorFor, observe, unobserved } from './early-stopping.js';
import { evaluateModel, forward, type EvaluationResult } from './evaluate.js';
import type { EpochRecord, History } from './history.js';
import { lossOf, type Loss } from './losses.js';
import { readWeights, writeWeights } from './model-weights.js';
import { notFinite } from './not-finite.js';
import { AdamW } from './optimizer.js';
import { probabilitiesOf } from './probabilities.js';
import { learningRateAt } from './schedule.js';
import { stepAwareLayers } from './step-aware.js';
import { isFinite, trainableVariables, trainingStep } from './training-step.js';

/** What a trainer needs; the numbers and their defaults are those of {@link trainingConfig}. */
export interface TrainerOptions extends z.input<typeof trainingConfig> {
  readonly task: TaskKind;
  /** K names in the order of the model's outputs. */
  readonly classes: readonly string[];
  readonly trainLoader: Batches;
  /** Without it there is no early stopping and no best checkpoint. */
  readonly valLoader?: Batches | undefined;
  /** Folder for the checkpoints `last` and `best`; without it none are written. */
  readonly checkpointDir?: string | undefined;
  readonly callbacks?: readonly TrainerCallback[] | undefined;
  /** Stops the training before its next step. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains a model that returns logits, with AdamW, early stopping and checkpoints.
 *
 * @example
 * const trainer = new ClassificationTrainer(model, { task: 'multi-class', classes: ['N', 'V'], trainLoader, valLoader });
 * const history = await trainer.train();
 * const { evaluation } = await trainer.evaluate(testLoader);
 */
export class ClassificationTrainer {
  private readonly config: TrainingConfig;
  private readonly loss: Loss;
  private readonly stepAware: readonly StepAware[];
  private optimizer: AdamW | undefined;
  private state: CheckpointState;
  private bestWeights: readonly Float32Array[] | undefined;
  private started = false;

  constructor(
    /** Functional or sequential, built, with one output `[B, K]`; layers to be frozen are frozen before. */
    readonly model: tfl.LayersModel,
    private readonly options: TrainerOptions,
  ) {
    const { task, classes, trainLoader, valLoader, checkpointDir, callbacks, signal, ...config } = options;
    this.config = validate(trainingConfig, config, 'the training');
    checkModel(model, classes);
    const { classWeights } = this.config;
    if (classWeights && classWeights.length !== classes.length) {
      throw new CardioError(
        'config',
        `\`classWeights\` has ${classWeights.length} numbers for ${classes.length} classes.`,
      );
    }
    this.loss = lossOf(task, classWeights);
    this.stepAware = stepAwareLayers(model);
    this.state = {
      task,
      classes: [...classes],
      seed: this.config.seed,
      epoch: 0,
      step: 0,
      learningRate: this.config.learningRate,
      monitor: valLoader ? { name: monitorFor(task, classes, this.config.monitor), ...unobserved } : null,
      history: [],
    };
  }

  /**
   * Trains until the epochs are done, the monitored score has not improved for `patience` epochs, or the signal aborts; then, if
   * there is a validation loader, the model gets back the weights of its best epoch (the checkpoint `last` keeps the last ones).
   * An abort within an epoch drops what that epoch had done: a resumed run does it again from its start.
   *
   * A loss that is not finite stops the training with a `CardioError` that names the step, the examples and the last checkpoint.
   */
  async train(): Promise<History> {
    if (this.started) {
      throw new CardioError(
        'usage',
        'This trainer has trained already. Make a new one; to go on, call its `resume` first.',
      );
    }
    this.started = true;
    const { callbacks = [], trainLoader } = this.options;
    const { epochs } = this.config;
    try {
      const batchesPerEpoch = 'batchesPerEpoch' in trainLoader ? trainLoader.batchesPerEpoch : undefined;
      await notify(callbacks, 'onTrainBegin', { history: this.state.history, epochs, batchesPerEpoch });
      let stopped = this.reasonToStop();
      while (!stopped) stopped = (await this.trainEpoch(batchesPerEpoch)) ? this.reasonToStop() : 'aborted';
      if (this.bestWeights) writeWeights(this.model, this.bestWeights);
      const { monitor, history: records } = this.state;
      const best = monitor && monitor.best !== null ? { epoch: monitor.bestEpoch, score: monitor.best } : null;
      const history: History = { epochs: records, best, stopped };
      await notify(callbacks, 'onTrainEnd', { history });
      return history;
    } finally {
      this.optimizer?.dispose();
      this.optimizer = undefined;
    }
  }

  /**
   * Takes over weights, optimizer, counters, early stopping and history of a checkpoint folder such as `<run>/checkpoints/last`,
   * before `train()`; `best` is looked for beside it. With the same loaders, options and engine the run then goes on as if it had
   * never stopped, bit for bit.
   */
  async resume(checkpoint: string): Promise<void> {
    const { model } = this;
    const read = await readCheckpoint(checkpoint);
    checkSameRun(checkpoint, read.state, this.state);
    const weights = weightsFor(model, read, checkpoint);
    const hasBest = read.state.monitor !== null && read.state.monitor.best !== null;
    const best = join(dirname(checkpoint), 'best');
    const bestWeights = hasBest ? weightsFor(model, await readCheckpoint(best), best) : undefined;
    const optimizer = this.newOptimizer();
    optimizer.restore(read.optimizer);

    writeWeights(model, weights);
    this.optimizer?.dispose();
    this.optimizer = optimizer;
    this.state = read.state;
    this.bestWeights = bestWeights;
  }

  /** Runs the model over all batches and scores it. */
  evaluate(loader: Batches): Promise<EvaluationResult> {
    const { task, classes } = this.options;
    return evaluateModel(this.model, epochOf(loader, 0), { task, classes, loss: this.loss });
  }

  /** Probabilities `[B * K]` of one batch, row-major. Its labels are not looked at. */
  async predict(batch: Batch): Promise<Float32Array> {
    return probabilitiesOf(this.options.task, await forward(this.model, batch), this.options.classes.length);
  }

  private reasonToStop(): History['stopped'] | undefined {
    const { epochs, patience } = this.config;
    if (this.state.epoch >= epochs) return 'completed';
    if (patience > 0 && this.state.monitor && this.state.monitor.epochsSinceBest >= patience) return 'early';
    return this.options.signal?.aborted ? 'aborted' : undefined;
  }

  /** One epoch with validation, checkpoint and callbacks; false if it was aborted before its end. */
  private async trainEpoch(batchesPerEpoch: number | undefined): Promise<boolean> {
    const { callbacks = [], valLoader } = this.options;
    const started = performance.now();
    const train = await this.trainBatches(batchesPerEpoch);
    if (!train) return false;

    const epoch = this.state.epoch + 1;
    const validation = valLoader && (await this.evaluate(valLoader));
    const scores: EpochRecord['validation'] = validation && {
      loss: finiteOrNull(validation.loss),
      ...validation.evaluation.summary,
    };
    const { monitor: before } = this.state;
    const monitor =
      before && scores ? { name: before.name, ...observe(before, before.name, scores[before.name], epoch) } : null;
    const best = monitor?.bestEpoch === epoch;
    const { step, learningRate, history } = this.state;
    const seconds = (performance.now() - started) / 1000;
    const record: EpochRecord = {
      epoch,
      step,
      learningRate,
      train,
      ...(scores && { validation: scores }),
      best,
      seconds,
    };
    this.state = { ...this.state, epoch, monitor, history: [...history, record] };
    if (best) this.bestWeights = await readWeights(this.model);
    await notify(callbacks, 'onEpochEnd', { record, checkpoint: await this.save(best) });
    return true;
  }

  /** The training steps of one epoch; `undefined` if they were aborted. */
  private async trainBatches(batchesPerEpoch: number | undefined): Promise<EpochRecord['train'] | undefined> {
    const { callbacks = [], checkpointDir, signal, trainLoader } = this.options;
    const { model, config, loss } = this;
    const { epoch: index } = this.state;
    const optimizer = (this.optimizer ??= this.newOptimizer());
    const sums = { loss: 0, examples: 0, norm: 0, batches: 0 };
    let ready = performance.now();
    for await (const batch of epochOf(trainLoader, index)) {
      if (signal?.aborted) return undefined;
      const begin = performance.now();
      const position = index + (batchesPerEpoch ? sums.batches / batchesPerEpoch : 0);
      const learningRate = learningRateAt(config, position, position + 1 / (batchesPerEpoch ?? 1));
      for (const layer of this.stepAware) layer.beginStep(this.state.step);
      const { gradientClipNorm } = config;
      const result = await trainingStep(batch, { model, loss, optimizer, learningRate, gradientClipNorm });
      sums.batches++;
      this.state = { ...this.state, step: this.state.step + 1, learningRate };
      const where = { epoch: index + 1, batch: sums.batches, step: this.state.step };
      if (!isFinite(result))
        throw notFinite(batch, result, where, checkpointDir && index > 0 ? join(checkpointDir, 'last') : undefined);
      sums.loss += result.loss * batch.shape.size;
      sums.norm += result.gradientNorm;
      sums.examples += batch.shape.size;
      const end = performance.now();
      const seconds = { wait: (begin - ready) / 1000, step: (end - begin) / 1000 };
      await notify(callbacks, 'onBatchEnd', { ...where, ...result, size: batch.shape.size, learningRate, seconds });
      await eventLoopTurn(); // engines that compute synchronously would never let a timer or Ctrl-C through
      ready = performance.now();
    }
    return { loss: sums.loss / sums.examples, gradientNorm: sums.norm / sums.batches };
  }

  /** Writes `best`, if this epoch is, then `last`: killed between the two, a run does the epoch again and finds it best again. */
  private async save(isBest: boolean): Promise<string | undefined> {
    const { checkpointDir } = this.options;
    if (!checkpointDir || !this.optimizer) return undefined;
    const files = await packCheckpoint(this.model, await this.optimizer.state(), this.state);
    if (isBest) await replaceFolder(join(checkpointDir, 'best'), files);
    await replaceFolder(join(checkpointDir, 'last'), files);
    return join(checkpointDir, 'last');
  }

  private newOptimizer(): AdamW {
    return new AdamW(trainableVariables(this.model), { weightDecay: this.config.weightDecay });
  }
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
