import { CardioError, type Batch, type Random } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';

import { epochOf, type Batches } from '../batches.js';
import { notify, type EpochEnd, type TrainerCallback } from '../callbacks.js';
import { checkSameRun, packCheckpoint, readCheckpoint, weightsFor } from '../checkpoints.js';
import type { TrainingConfig } from '../config.js';
import { unobserved } from '../early-stopping.js';
import type { History } from '../history.js';
import { readWeights, writeWeights } from '../model-weights.js';
import { onNoPlateau } from '../schedules/plateau.js';
import { underCheck } from './checks.js';
import { epochEnded } from './epoch-end.js';
import { EpochSteps } from './epoch-steps.js';
import { Learner } from './learner.js';
import type { Objective } from './objective.js';
import { bestBeside, RunCheckpoints } from './run-checkpoints.js';
import type { CheckpointState } from './run-state.js';

/** What a training loop takes beside model, objective and numbers. */
export interface LoopOptions {
  readonly trainLoader: Batches;
  /** Without it there is no early stopping and no best checkpoint. */
  readonly valLoader?: Batches | undefined;
  /** Folder for the checkpoints `last` and `best`; without it none are written. */
  readonly checkpointDir?: string | undefined;
  readonly callbacks?: readonly TrainerCallback[] | undefined;
  /** Stops the training before its next step. */
  readonly signal?: AbortSignal | undefined;
  /** Changes batches of the training set, such as by mixup, with all its randomness from `random`. */
  readonly transformBatch?: ((batch: Batch, random: Random) => Batch) | undefined;
  /** The depth of a layer for `layerDecay`, in place of its place in the model. */
  readonly depthOf?: ((layerName: string) => number) | undefined;
}

/** Trains a model for an objective: epochs of steps, each epoch followed by validation, checkpoint and callbacks. */
export class TrainingLoop {
  readonly config: TrainingConfig;
  private readonly options: LoopOptions;
  private readonly checkpoints: RunCheckpoints | undefined;
  private learner: Learner | undefined;
  private state: CheckpointState;
  private bestWeights: readonly Float32Array[] | undefined;
  private started = false;

  constructor(
    private readonly model: tfl.LayersModel,
    private readonly objective: Objective,
    config: TrainingConfig,
    options: LoopOptions,
  ) {
    const checked = underCheck({ config, trainLoader: options.trainLoader, valLoader: options.valLoader });
    this.config = checked.config;
    this.options = { ...options, trainLoader: checked.trainLoader, valLoader: checked.valLoader };
    checkSchedule(checked.config, this.options);
    this.checkpoints =
      options.checkpointDir === undefined ? undefined : new RunCheckpoints(options.checkpointDir, config);
    this.state = {
      objective: objective.identity,
      seed: config.seed,
      epoch: 0,
      step: 0,
      batch: 0,
      within: null,
      learningRate: config.learningRate,
      monitor: this.options.valLoader ? { name: objective.monitor, ...unobserved } : null,
      plateau: onNoPlateau,
      kept: [],
      skippedBatches: 0,
      history: [],
    };
  }

  /**
   * Trains until the epochs are done, the monitored score has not improved for `patience` epochs, or the signal aborts; then the model gets the
   * weights of its best epoch, or without a validation loader or with `finalWeights: 'last'` its last, averaged ones where there are (the checkpoint
   * `last` keeps all to go on).
   * An abort within an epoch writes `last` as well, so that nothing that is done is done again.
   *
   * A loss that is not finite stops the training with a `CardioError` that names the step, the examples and the last checkpoint, unless
   * `onNotFinite` is `skip`.
   */
  async run(): Promise<History> {
    if (this.started) {
      throw new CardioError(
        'usage',
        'This trainer has trained already. Make a new one; to go on, call its `resume` first.',
      );
    }
    this.started = true;
    const { callbacks = [] } = this.options;
    const { batchesPerEpoch, config } = this;
    const learner = (this.learner ??= this.newLearner());
    try {
      const { history: before } = this.state;
      await notify(callbacks, 'onTrainBegin', { history: before, epochs: config.epochs, batchesPerEpoch, config });
      this.checkpoints?.begin();
      let stopped = this.reasonToStop();
      while (!stopped) stopped = (await this.epoch(learner)) ? this.reasonToStop() : 'aborted';
      if (this.bestWeights && config.finalWeights === 'best') writeWeights(this.model, this.bestWeights);
      else learner.average?.swap();
      const { monitor, history: records } = this.state;
      const best = monitor && monitor.best !== null ? { epoch: monitor.bestEpoch, score: monitor.best } : null;
      const history: History = { epochs: records, best, stopped };
      await notify(callbacks, 'onTrainEnd', { history });
      return history;
    } catch (error) {
      await notify(callbacks, 'onTrainError', { error });
      throw error;
    } finally {
      learner.dispose();
      this.learner = undefined;
    }
  }

  /**
   * Takes over weights, optimizer, averages, schedule, counters, early stopping and history of a checkpoint folder such as
   * `<run>/checkpoints/last`, before `run()`; `best` is looked for beside it. With the same loaders, options and engine the run then goes on as
   * if it had never stopped, bit for bit, within an epoch too.
   */
  async resume(checkpoint: string): Promise<void> {
    const { model, batchesPerEpoch } = this;
    const read = await readCheckpoint(checkpoint);
    checkSameRun(checkpoint, read.state, this.state);
    const { within } = read.state;
    if (within && within.batchesPerEpoch !== (batchesPerEpoch ?? null)) {
      throw new CardioError(
        'usage',
        `The checkpoint ${checkpoint} stands within an epoch of ${within.batchesPerEpoch ?? 'unknown'} batches, and the loader's has ` +
          `${batchesPerEpoch ?? 'an unknown number'}. Resume with the same data and batch size.`,
      );
    }
    const weights = weightsFor(model, read, checkpoint);
    const bestWeights = await bestBeside(checkpoint, model, read.state);
    const learner = this.newLearner();
    learner.restore(read.optimizer, () => writeWeights(model, weights));
    this.learner?.dispose();
    this.learner = learner;
    this.state = read.state;
    this.bestWeights = bestWeights;
    if (this.checkpoints) this.checkpoints.current = checkpoint;
  }

  private get batchesPerEpoch(): number | undefined {
    const { trainLoader } = this.options;
    return 'batchesPerEpoch' in trainLoader ? trainLoader.batchesPerEpoch : undefined;
  }

  private reasonToStop(): History['stopped'] | undefined {
    const { epochs, patience } = this.config;
    if (this.state.epoch >= epochs) return 'completed';
    if (patience > 0 && this.state.monitor && this.state.monitor.epochsSinceBest >= patience) return 'early';
    return this.options.signal?.aborted ? 'aborted' : undefined;
  }

  /** One epoch, or the rest of it, with validation, checkpoint and callbacks; false if it was aborted before its end. */
  private async epoch(learner: Learner): Promise<boolean> {
    const { callbacks = [], trainLoader, transformBatch, signal } = this.options;
    const steps = new EpochSteps(learner, this.objective, this.config, {
      batchesPerEpoch: this.batchesPerEpoch,
      transformBatch,
      lastCheckpoint: () => this.checkpoints?.current,
    });
    const stop = (): boolean => signal?.aborted ?? false;
    for await (const { state, event } of steps.run(trainLoader, this.state, stop)) {
      this.state = state;
      await notify(callbacks, 'onBatchEnd', event);
      if (this.checkpoints?.due(state)) await learner.withAverage(() => this.save(learner));
    }
    if (stop() && !steps.finished) {
      if (this.state.within) await learner.withAverage(() => this.save(learner));
      return false;
    }
    const end = await learner.withAverage(() => this.endEpoch(learner));
    await notify(callbacks, 'onEpochEnd', end);
    return true;
  }

  /** Validates, decides what is best and writes the checkpoint; the model has its averaged weights, if there are. */
  private async endEpoch(learner: Learner): Promise<EpochEnd> {
    const { state, config } = this;
    const { valLoader } = this.options;
    const began = performance.now();
    const validation = valLoader && (await this.objective.evaluate(epochOf(valLoader, 0)));
    const { next, best } = epochEnded(state, validation, config, (performance.now() - began) / 1000);
    this.state = next;
    if (best) this.bestWeights = await readWeights(this.model);
    const checkpoint = await this.save(learner, best);
    return { record: next.history[next.history.length - 1], checkpoint, evaluation: validation?.evaluation };
  }

  /** Writes the checkpoints that are due; the model has its averaged weights, if there are. */
  private async save(learner: Learner, isBest = false): Promise<string | undefined> {
    if (!this.checkpoints) return undefined;
    return this.checkpoints.save(
      await packCheckpoint(this.model, await learner.saved(), this.state),
      this.state,
      isBest,
    );
  }

  private newLearner(): Learner {
    return new Learner(this.model, this.objective, this.config, this.options.depthOf);
  }
}

/** What one schedule needs and another can't have. */
function checkSchedule({ schedule, warmupEpochs }: TrainingConfig, { valLoader }: LoopOptions): void {
  if (schedule === 'one-cycle' && warmupEpochs > 0) {
    throw new CardioError(
      'config',
      `\`warmupEpochs\` is ${warmupEpochs}, but \`schedule\` one-cycle warms up by itself: set \`oneCycleRise\`.`,
    );
  }
  if (schedule === 'plateau' && !valLoader) {
    throw new CardioError(
      'config',
      '`schedule` plateau goes by the validation score, and there is no validation loader.',
    );
  }
}
