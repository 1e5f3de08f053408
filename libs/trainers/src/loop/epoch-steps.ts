import { setImmediate as eventLoopTurn } from 'node:timers/promises';

import { createRandom, hash32, type Batch, type Random } from '@cardio/core';

import { epochOf, type Batches } from '../batches.js';
import type { BatchEnd } from '../callbacks.js';
import type { TrainingConfig } from '../config.js';
import { notFinite } from '../not-finite.js';
import { learningRateAt, momentumAt } from '../schedules/learning-rate.js';
import { AccumulatedGradients } from './accumulated.js';
import { isFinite, type BatchGradients, type Learner } from './learner.js';
import type { Objective } from './objective.js';
import { epochBegun, type CheckpointState } from './run-state.js';

/** What the steps of an epoch take beside the learner. */
interface StepOptions {
  readonly batchesPerEpoch: number | undefined;
  readonly transformBatch: ((batch: Batch, random: Random) => Batch) | undefined;
  /** The checkpoint that could be gone back to now. */
  readonly lastCheckpoint: () => string | undefined;
}

/** The training steps of one epoch. */
export class EpochSteps {
  /** Whether the loader has given all. */
  finished = false;

  constructor(
    private readonly learner: Learner,
    private readonly objective: Objective,
    private readonly config: TrainingConfig,
    private readonly options: StepOptions,
  ) {}

  /**
   * Takes the steps of the epoch under way that are left, and gives the state after each, with what is told of it.
   *
   * @param stop asked before each batch: whether to end here; batches of a step that is not complete are then done again on resuming
   */
  async *run(
    loader: Batches,
    from: CheckpointState,
    stop: () => boolean,
  ): AsyncGenerator<{ state: CheckpointState; event: BatchEnd }> {
    const { accumulateBatches } = this.config;
    let state = from;
    const started = performance.now() - 1000 * (from.within?.seconds ?? 0);
    let group = new AccumulatedGradients(accumulateBatches);
    let [ready, seconds] = [performance.now(), { wait: 0, step: 0 }];
    const step = async (): Promise<{ state: CheckpointState; event: BatchEnd }> => {
      const begin = performance.now();
      const taken = await this.step(state, group);
      group.dispose();
      group = new AccumulatedGradients(accumulateBatches);
      const now = performance.now();
      const time = { wait: seconds.wait, step: seconds.step + (now - begin) / 1000 };
      seconds = { wait: 0, step: 0 };
      const { within } = taken.state;
      state = { ...taken.state, within: within && { ...within, seconds: (now - started) / 1000 } };
      return { state, event: { ...taken.event, seconds: time } };
    };
    try {
      for await (const batch of epochOf(loader, from.epoch, from.within?.batches)) {
        if (stop()) return;
        const begin = performance.now();
        await this.add(batch, state, group);
        const end = performance.now();
        seconds = { wait: seconds.wait + (begin - ready) / 1000, step: seconds.step + (end - begin) / 1000 };
        if (group.batches === accumulateBatches) yield await step();
        await eventLoopTurn(); // engines that compute synchronously would never let a timer or Ctrl-C through
        ready = performance.now();
      }
      if (group.batches > 0) yield await step();
      this.finished = true;
    } finally {
      group.dispose();
    }
  }

  /** Adds the gradients of a batch to those of its step; a batch that is not finite is an error, or left out. */
  private async add(given: Batch, state: CheckpointState, group: AccumulatedGradients): Promise<void> {
    const { config, objective } = this;
    const { transformBatch, lastCheckpoint } = this.options;
    const place = (state.within?.batches ?? 0) + group.batches;
    const random = createRandom(hash32(`transform ${state.epoch} ${place}`, config.seed));
    const batch = transformBatch ? transformBatch(given, random) : given;
    const gradients = await this.learner.gradients(batch, state.batch + group.batches, state.epoch);
    if (!isFinite(gradients)) {
      const skipped = state.skippedBatches + group.skipped;
      if (config.onNotFinite === 'stop' || skipped >= config.notFiniteLimit) {
        const where = { epoch: state.epoch + 1, batch: place + 1, step: state.step + 1 };
        group.add(gradients, 0, 0); // frees them
        throw notFinite(batch, gradients, where, { lastCheckpoint: lastCheckpoint(), skipped });
      }
    }
    group.add(gradients, objective.weight(batch), batch.shape.size);
  }

  /** Moves the weights by what was added up. */
  private async step(
    state: CheckpointState,
    group: AccumulatedGradients,
  ): Promise<{ state: CheckpointState; event: Omit<BatchEnd, 'seconds'> }> {
    const { config, learner } = this;
    const { batchesPerEpoch } = this.options;
    const within = state.within ?? epochBegun(batchesPerEpoch);
    const stepsPerEpoch = batchesPerEpoch === undefined ? 1 : Math.ceil(batchesPerEpoch / config.accumulateBatches);
    const at = { epoch: state.epoch, step: batchesPerEpoch === undefined ? 0 : within.steps, stepsPerEpoch };
    const learningRate = learningRateAt(config, at, state.plateau.factor);
    const result = await group.result();
    if (result) learner.step(result.gradients, { ...result, learningRate, momentum: momentumAt(config, at) });
    const { loss, norm }: Pick<BatchGradients, 'loss' | 'norm'> = result ?? { loss: NaN, norm: NaN };
    const next: CheckpointState = {
      ...state,
      step: state.step + 1,
      batch: state.batch + group.batches,
      learningRate,
      skippedBatches: state.skippedBatches + group.skipped,
      within: {
        ...within,
        batches: within.batches + group.batches,
        steps: within.steps + 1,
        moved: within.moved + (result ? 1 : 0),
        loss: within.loss + (result ? loss * group.weight : 0),
        weight: within.weight + group.weight,
        gradientNorm: within.gradientNorm + (result ? norm : 0),
        skippedBatches: within.skippedBatches + group.skipped,
      },
    };
    const event = {
      epoch: state.epoch + 1,
      batch: within.batches + group.batches,
      step: next.step,
      size: group.examples,
      loss,
      gradientNorm: norm,
      learningRate,
      skippedBatches: next.skippedBatches,
    };
    return { state: next, event };
  }
}
