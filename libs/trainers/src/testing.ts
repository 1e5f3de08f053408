import { createRandom, hash32, type Batch, type BatchLoader } from '@cardio/core';
import { initializerSeed, SeededDropout } from '@cardio/engine';
import * as tfl from '@tensorflow/tfjs-layers';

import type { BatchEnd, TrainerCallback } from './callbacks.js';
import type { TrainerOptions } from './trainer.js';

/** Small data and models for this library's own tests. */
interface TestSet {
  readonly x: readonly Float32Array[];
  readonly y: readonly Float32Array[];
  readonly features: readonly Float32Array[];
}

export const time = 48;
export const leads = 2;
export const classes = ['slow', 'fast'];

/** Noisy sines of random phase on two leads: class 0 has 3 periods in the window, class 1 has 5. The one feature is the label's sign. */
export function waves(n: number, seed: number): TestSet {
  const random = createRandom(seed);
  const examples = Array.from({ length: n }, (_, i) => {
    const phase = random.uniform(0, 2 * Math.PI);
    const periods = i % 2 === 0 ? 3 : 5;
    return Float32Array.from(
      { length: time * leads },
      (__, j) => Math.sin(phase + (2 * Math.PI * periods * Math.floor(j / leads)) / time) + 0.3 * random.normal(),
    );
  });
  return {
    x: examples,
    y: examples.map((_, i) => Float32Array.of(1 - (i % 2), i % 2)),
    features: examples.map((_, i) => Float32Array.of(i % 2 === 0 ? -1 : 1)),
  };
}

/** A loader over a test set; shuffled by `(seed, epoch)` if a seed is given. */
export function loaderOf(
  set: TestSet,
  batchSize: number,
  options: { seed?: number; features?: boolean } = {},
): BatchLoader {
  const batchesPerEpoch = Math.ceil(set.x.length / batchSize);
  async function* epoch(index: number, from = 0): AsyncGenerator<Batch> {
    const inOrder = set.x.map((_, i) => i);
    const { seed } = options;
    const order = seed === undefined ? inOrder : createRandom(hash32(`epoch ${index}`, seed)).shuffle(inOrder);
    for (let b = from; b < batchesPerEpoch; b++) {
      yield batchOf(set, order.slice(b * batchSize, (b + 1) * batchSize), options.features ?? false);
    }
  }
  return { batchesPerEpoch, epoch, [Symbol.asyncIterator]: () => epoch(0) };
}

export function batchOf(set: TestSet, rows: readonly number[], features = false): Batch {
  const joined = (parts: readonly Float32Array[]): Float32Array =>
    Float32Array.from(rows.flatMap((row) => [...parts[row]]));
  return {
    x: joined(set.x),
    y: joined(set.y),
    ...(features && { features: joined(set.features) }),
    ids: rows.map((row) => `wave ${row}`),
    shape: { size: rows.length, time, leads, classes: 2, features: features ? 1 : 0 },
  };
}

/** What {@link shortTraining} trains on. */
export const trainingSet = waves(32, 1);

/** Two epochs of four batches. */
export const shortTraining = (more: Partial<TrainerOptions> = {}): TrainerOptions => ({
  task: 'multi-class',
  classes,
  trainLoader: loaderOf(trainingSet, 8, { seed: 1 }),
  learningRate: 0.01,
  epochs: 2,
  ...more,
});

/** Callbacks that write down what is told of every step. */
export function recorder(): { steps: BatchEnd[]; callbacks: TrainerCallback[] } {
  const steps: BatchEnd[] = [];
  return { steps, callbacks: [{ onBatchEnd: (event) => void steps.push(event) }] };
}

/** Convolution, batch normalisation, mean over time, dropout, logits; about 350 parameters. */
export function tinyModel({ dropout = 0.2, features = false, seed = 1 } = {}): tfl.LayersModel {
  const kernel = (n: number) => tfl.initializers.glorotUniform({ seed: initializerSeed(seed * 10 + n) });
  const ecg = tfl.input({ shape: [time, leads], name: `ecg_${names++}` });
  const conv = tfl.layers.conv1d({
    name: 'conv',
    filters: 8,
    kernelSize: 9,
    strides: 2,
    kernelInitializer: kernel(0),
    useBias: true,
  });
  let h = conv.apply(ecg) as tfl.SymbolicTensor; // [B, 20, 8]
  h = tfl.layers.batchNormalization({ momentum: 0.8 }).apply(h) as tfl.SymbolicTensor;
  h = tfl.layers.reLU().apply(h) as tfl.SymbolicTensor;
  h = tfl.layers.globalAveragePooling1d({}).apply(h) as tfl.SymbolicTensor; // [B, 8]
  h = new SeededDropout({ rate: dropout, seed: 5 }).apply(h) as tfl.SymbolicTensor;
  const inputs = [ecg];
  if (features) {
    inputs.push(tfl.input({ shape: [1], name: `features_${names++}` }));
    h = tfl.layers.concatenate().apply([h, inputs[1]]) as tfl.SymbolicTensor;
  }
  const logits = tfl.layers.dense({ units: 2, kernelInitializer: kernel(1) }).apply(h) as tfl.SymbolicTensor;
  return tfl.model({ inputs, outputs: logits });
}

let names = 0;
