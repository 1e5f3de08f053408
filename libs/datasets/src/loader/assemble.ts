import type { Batch } from '@cardio/core';
import type { ExampleShape, Split } from '../dataset.js';
import type { StoredRows } from '../store/stored-rows.js';
import { randomAt, type Augment, type Place } from './augment.js';

/** Where a batch's examples come from. */
export interface Rows {
  readonly shape: ExampleShape;
  /** Copies an example into its part of a batch and returns its id; what is random about it `place` decides. */
  copy(index: number, x: Float32Array, y: Float32Array, features: Float32Array, place: Place): string;
}

/** Which examples a batch takes, and what is needed to augment them. */
export interface BatchPlan {
  readonly seed: number;
  readonly epoch: number;
  /** The place of the first in the epoch. */
  readonly position: number;
  readonly indices: Uint32Array;
}

/** The rows of a split in memory. */
export const rowsInMemory = (split: Split): Rows => ({
  shape: split.shape,
  copy: (index, x, y, features) => {
    const example = split.example(index);
    x.set(example.x);
    y.set(example.y);
    if (example.features) features.set(example.features);
    return example.id;
  },
});

/** The rows of a stored split. */
export const rowsInStore = (stored: StoredRows): Rows => ({
  shape: stored.plan.format.shape,
  copy: (index, x, y, features) => {
    stored.labels(index, y);
    return stored.read(index, x, features);
  },
});

/** Copies examples into one batch, x [B, T, L], y [B, K], features [B, F], and augments them in place. */
export function assemble(rows: Rows, plan: BatchPlan, augment?: Augment): Batch {
  const size = plan.indices.length;
  const shape = { size, ...rows.shape };
  const x = new Float32Array(size * shape.time * shape.leads);
  const y = new Float32Array(size * shape.classes);
  const features = new Float32Array(size * shape.features);
  const ids = Array.from(plan.indices, (index, b) => {
    const part = (all: Float32Array) => all.subarray((b * all.length) / size, ((b + 1) * all.length) / size);
    return rows.copy(index, part(x), part(y), part(features), placeOf(plan, b));
  });
  const batch = { x, y, ...(shape.features > 0 ? { features } : {}), ids, shape };
  if (augment) augmentBatch(batch, plan, augment);
  return batch;
}

/** Augments the examples of a batch in place, each with random numbers of its own. */
export function augmentBatch({ x, y, features = none, ids, shape }: Batch, plan: BatchPlan, augment: Augment): void {
  const { size, time, leads, classes, features: columns } = shape;
  const exampleShape = { time, leads, classes, features: columns };
  for (let b = 0; b < size; b++) {
    const part = (all: Float32Array) => all.subarray((b * all.length) / size, ((b + 1) * all.length) / size);
    const example = { id: ids[b], x: part(x), y: part(y), features: part(features), shape: exampleShape };
    augment(example, randomAt(placeOf(plan, b)));
  }
}

const placeOf = ({ seed, epoch, position, indices }: BatchPlan, b: number): Place => ({
  seed,
  epoch,
  position: position + b,
  index: indices[b],
});

const none = new Float32Array(0);
