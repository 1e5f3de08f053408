// How much of the time a trainer waits for its batches.
import { setImmediate as eventLoopTurn } from 'node:timers/promises';

import { createLoader, type Split } from '@cardio/datasets';
import { modelFactory } from '@cardio/models';
import { ClassificationTrainer } from '@cardio/trainers';

import { classes } from './source.js';

export const modelNames = ['heartbeit', 'cnn_lstm', 'se_resnet1d', 'ecg_transformer'] as const;
export type ModelName = (typeof modelNames)[number];

interface WaitOptions {
  readonly batch: number;
  readonly workers: number;
  /** Steps that count, after two that don't. */
  readonly steps: number;
  /** Seconds after which no further step is begun. */
  readonly budget: number;
}

/** What a trainer waited and computed: milliseconds per step, means. */
export interface Waiting {
  readonly steps: number;
  readonly waitMs: number;
  readonly stepMs: number;
}

const warmUp = 2;

/** Trains a model on a split for some steps of the real trainer. */
export async function waitOfModel(name: ModelName, split: Split, options: WaitOptions): Promise<Waiting> {
  const { time, leads } = split.shape;
  const model = modelFactory.create(name, {
    ...{ inputLength: time, inputChannels: leads, inputFeatures: 0, numClasses: classes },
    seed: 0,
  });
  const loader = createLoader(split, { batchSize: options.batch, shuffle: true, workers: options.workers });
  const stop = new AbortController();
  const taken: { wait: number; step: number }[] = [];
  const begun = performance.now();
  const trainer = new ClassificationTrainer(model, {
    task: 'multi-label',
    classes: Array.from({ length: classes }, (_, k) => `class ${k}`),
    trainLoader: loader,
    signal: stop.signal,
    callbacks: [
      {
        onBatchEnd: ({ seconds, batch }) => {
          if (batch === 1) return; // an epoch's first batch can't be made ahead
          taken.push(seconds);
          const enough = taken.length >= options.steps + warmUp || performance.now() - begun > 1000 * options.budget;
          if (enough && taken.length > warmUp) stop.abort();
        },
      },
    ],
  });
  await trainer.train();
  await loader.close();
  model.dispose();
  return meanOf(taken.slice(warmUp));
}

/** The same with a step that blocks this thread for so many milliseconds, as an engine does. */
export async function waitOfStep(stepMs: number, split: Split, options: WaitOptions): Promise<Waiting> {
  const loader = createLoader(split, { batchSize: options.batch, shuffle: true, workers: options.workers });
  const taken: { wait: number; step: number }[] = [];
  for (let epoch = 0; taken.length < options.steps + warmUp; epoch++) {
    let ready: number | undefined;
    for await (const { shape } of loader.epoch(epoch)) {
      if (shape.size < options.batch) continue;
      const begin = performance.now();
      while (performance.now() - begin < stepMs);
      const end = performance.now();
      if (ready !== undefined) taken.push({ wait: (begin - ready) / 1000, step: (end - begin) / 1000 });
      await eventLoopTurn();
      ready = performance.now();
    }
  }
  await loader.close();
  return meanOf(taken.slice(warmUp, warmUp + options.steps));
}

function meanOf(taken: readonly { readonly wait: number; readonly step: number }[]): Waiting {
  const mean = (key: 'wait' | 'step') => (1000 * taken.reduce((sum, one) => sum + one[key], 0)) / taken.length;
  return { steps: taken.length, waitMs: mean('wait'), stepMs: mean('step') };
}
