import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createRandom } from '@cardio/core';
import { exportOnnx, openOnnx, type OnnxModel, type Precision } from '@cardio/export';
import { modelFactory } from '@cardio/models';

import type { Peer } from '../peer.js';

/** One who computes: `run` takes the milliseconds of so many forward passes of a batch, one after the other. */
export interface Side {
  readonly name: string;
  /** Of the file, where there is one. */
  readonly bytes?: number;
  run(batch: number, runs: number): Promise<number[]>;
  close(): Promise<void>;
}

const leads = 12;
const classes = ['a', 'b', 'c', 'd', 'e'];

/** A model at its default size as files of these precisions, in ONNX Runtime. */
export async function ours(name: string, length: number, precisions: readonly Precision[]): Promise<Side[]> {
  const input = { inputLength: length, inputChannels: leads, inputFeatures: 0, numClasses: classes.length, seed: 0 };
  const model = modelFactory.create(name, input);
  const folder = await mkdtemp(join(tmpdir(), 'cardio-infer-'));
  const random = createRandom(1);
  const sides: Side[] = [];
  try {
    for (const precision of precisions) {
      const path = join(folder, `${precision}.onnx`);
      const { bytes } = await exportOnnx(model, { task: 'multi-label', classes, path, precision });
      const onnx = await openOnnx(path);
      sides.push({
        name: precision,
        bytes,
        run: timed(onnx, length, () => random.normal()),
        close: () => onnx.close(),
      });
    }
    return sides;
  } finally {
    model.dispose();
    await rm(folder, { recursive: true });
  }
}

function timed(onnx: OnnxModel, length: number, normal: () => number): Side['run'] {
  const batches = new Map<number, Float32Array>();
  return async (batch, runs) => {
    const ecg = batches.get(batch) ?? Float32Array.from({ length: batch * length * leads }, normal);
    batches.set(batch, ecg);
    const times: number[] = [];
    for (let i = 0; i < runs; i++) {
      const start = performance.now();
      await onnx.run({ ecg, shape: [batch, length, leads] });
      times.push(performance.now() - start);
    }
    return times;
  };
}

/** The same model in PyTorch, eager, in inference mode. */
export async function theirs(
  peer: Peer,
  task: { model: string; length: number; batches: readonly number[]; threads: number },
): Promise<Side> {
  await peer.ask({ ...task, leads, classes: classes.length });
  return {
    name: 'PyTorch',
    run: (batch, runs) => peer.ask<number[]>({ batch, runs }),
    close: () => Promise.resolve(),
  };
}
