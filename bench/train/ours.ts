// Our side of the benchmark. One argument, a `Case` in JSON; answers on stdout in JSON lines. With `folder`, writes there what the peer
// compares itself with. Otherwise takes one training step of the trainer for each line on stdin.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { createRandom, type Batch } from '@cardio/core';
import { FusedBatchNorm, startEngine } from '@cardio/engine';
import { ClassificationTrainer, lossOf } from '@cardio/trainers';
import * as tf from '@tensorflow/tfjs-core';

import { randomBatch, type Case, type Ready, type Step } from './case.js';
import { models } from './models.js';

const options = JSON.parse(process.argv[2]) as Case;
const { engine = 'torch', precision, threads, folder } = options;
const info = await startEngine(engine, engine === 'torch' ? { precision, threads } : {});
const model = models[options.model]({ ...options, dropout: folder === undefined });
const batch = randomBatch(options);
const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
/** Norms whose results are added up. */
const addedUp = /_norm[23]$|shortcut\d?_norm$/;
const parameters = variables.reduce((sum, { size }) => sum + size, 0);

if (folder === undefined) await timeSteps();
else await writeGradients(folder);

/** The trainer takes a step for each batch, and it gets a batch for each line. */
async function timeSteps(): Promise<void> {
  let begun = { wall: 0, cpu: process.cpuUsage() };
  async function* batches(): AsyncGenerator<Batch> {
    for await (const _ of createInterface({ input: process.stdin })) {
      begun = { wall: performance.now(), cpu: process.cpuUsage() };
      yield batch;
    }
  }
  const onBatchEnd = ({ loss }: { loss: number }): void => {
    const wallMs = performance.now() - begun.wall;
    const { user, system } = process.cpuUsage(begun.cpu);
    say({ loss, wallMs, cpuMs: (user + system) / 1000 } satisfies Step);
  };
  const trainer = new ClassificationTrainer(model, {
    task: 'multi-label',
    classes: Array.from({ length: options.classes }, (_, i) => `class ${i}`),
    trainLoader: batches(),
    epochs: 1,
    callbacks: [{ onBatchEnd }],
  });
  say({
    ...(info.version !== undefined && { version: info.version }),
    threads: info.threads,
    parameters,
  } satisfies Ready);
  await trainer.train();
}

/** Writes weights, batch and gradients as raw float32 beside an `index.json`. */
async function writeGradients(into: string): Promise<void> {
  const { size, time, leads, classes } = batch.shape;
  moveFromStart();
  const x = tf.tensor3d(batch.x, [size, time, leads]);
  const y = tf.tensor2d(batch.y, [size, classes]);
  const write = async (file: string, tensor: tf.Tensor): Promise<{ file: string; shape: number[] }> => {
    await writeFile(join(into, file), await tensor.data<'float32'>());
    return { file, shape: tensor.shape };
  };
  await mkdir(into, { recursive: true });
  const loss = (): tf.Scalar => lossOf('multi-label')(y, model.apply(x, { training: true }) as tf.Tensor2D);
  const { value, grads } = tf.variableGrads(loss, variables);
  const weights = [];
  for (const [i, variable] of variables.entries()) {
    weights.push({
      name: model.trainableWeights[i].originalName.replaceAll('/', '_'),
      weight: await write(`weight${i}`, variable),
      gradient: await write(`gradient${i}`, grads[variable.name]),
    });
  }
  const index = { weights, x: await write('x', x), y: await write('y', y) };
  await writeFile(join(into, 'index.json'), JSON.stringify(index));
  say({ loss: (await value.data())[0], parameters });
}

/**
 * Gives biases, norms and tables values that tell mistakes, which their first zeros and ones do not. Every batch norm gets the same scale and,
 * by turns, a shift of 3.3 standard deviations up or down: at the bend of a ReLU float32's rounding would decide whether a gradient passes, and
 * in a deep network PyTorch's own gradients in float32 and float64 are 1e-3 apart for that reason alone. Norms whose results are added before
 * the ReLU all go up, or some sums would lie at its bend.
 */
function moveFromStart(): void {
  const random = createRandom(2);
  for (const layer of model.layers) {
    for (const weight of layer.trainableWeights) {
      const { originalName: name } = weight;
      const { shape } = weight.read();
      if (shape.length > 1 && !name.endsWith('/table')) continue;
      const values = weight.read().dataSync<'float32'>();
      const moved = (value: number, i: number): number => {
        if (!(layer instanceof FusedBatchNorm)) return value + random.uniform(-0.1, 0.1);
        return name.endsWith('/gamma') ? 0.6 : i % 2 === 0 || addedUp.test(layer.name) ? 2 : -2;
      };
      tf.tidy(() => void weight.write(tf.tensor(values.map(moved), shape)));
    }
  }
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
