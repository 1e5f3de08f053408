import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import util from 'node:util';

import * as tf from '@tensorflow/tfjs-core';
import { activate } from './activate.js';
import type { EngineFacts, EngineOptions } from './start.js';

/** The stock packages over TensorFlow's C library, best first. They are optional peers, because their install downloads it. */
const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/** What is used of such a package. */
interface TfjsNode {
  readonly Tensor: unknown;
}

/** What is used of its backend. */
interface TensorflowBackend {
  readonly binding: { readonly TF_Version: string };
  readonly isUsingGpuDevice: boolean;
}

/**
 * Starts the first of the packages that loads, as installed beside this one or in the folder that `CARDIO_TFJS_NODE` names.
 * TensorFlow reads the number of threads when it is loaded and keeps it.
 */
export async function startTensorflow({ threads, device = 'auto' }: EngineOptions): Promise<EngineFacts> {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'; // or it greets on stderr
  if (threads !== undefined) process.env['TF_NUM_INTRAOP_THREADS'] ??= String(threads);
  restoreRemovedUtilities();
  if (load().Tensor !== tf.Tensor) {
    throw new Error(
      'it brings a second copy of @tensorflow/tfjs-core; install the same version as ours and run npm dedupe',
    );
  }
  await activate('tensorflow');
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as TensorflowBackend;
  if (device !== 'auto' && isUsingGpuDevice !== (device === 'cuda')) {
    throw new Error(
      isUsingGpuDevice
        ? 'it computes on the GPU; CUDA_VISIBLE_DEVICES=-1 hides it'
        : 'it computes on the CPU: the device cuda needs @tensorflow/tfjs-node-gpu and a GPU',
    );
  }
  return {
    threads: Number(process.env['TF_NUM_INTRAOP_THREADS'] ?? availableParallelism()),
    version: `TensorFlow ${binding.TF_Version}`,
    device: isUsingGpuDevice ? 'gpu' : 'cpu',
  };
}

/** By `require`, so that bundlers and TypeScript leave packages alone that are mostly not there. */
function load(): TfjsNode {
  const folder = process.env['CARDIO_TFJS_NODE'];
  const require = createRequire(folder ? join(resolve(folder), 'package.json') : import.meta.url);
  const failures: string[] = [];
  for (const name of packages) {
    try {
      require.resolve(name);
    } catch {
      continue;
    }
    try {
      return require(name) as TfjsNode;
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  throw new Error(
    failures.join('; ') || `neither ${packages.join(' nor ')} is installed${folder ? ` in ${folder}` : ''}`,
  );
}

/** tfjs-node 4.22 calls two functions of `node:util` that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean; isArray?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  legacy.isArray ??= Array.isArray;
}
