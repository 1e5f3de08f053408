import { createRandom, type Batch } from '@cardio/core';
import type { EngineName, Precision } from '@cardio/engine';

/** Leads (L) of every input. */
export const leads = 12;
/** Classes (K) of every model, multi-label. */
export const classes = 5;

/** What a process of the benchmark is to do; given to it as its one argument, in JSON. */
export interface Case {
  /** A name of `models`. */
  readonly model: string;
  /** Samples (T). */
  readonly length: number;
  /** Examples (B). */
  readonly batch: number;
  readonly precision: Precision;
  readonly threads: number;
  readonly leads: number;
  readonly classes: number;
  /** Folder for weights, batch, loss and gradients of a model without dropout; without it, training steps are timed. */
  readonly folder?: string;
  /** Our side only. */
  readonly engine?: EngineName;
}

/** The first line that a process says. */
export interface Ready {
  /** Of the library that computes. */
  readonly version?: string;
  readonly threads: number;
  readonly parameters: number;
}

/** What a process says of a training step. */
export interface Step {
  readonly loss: number;
  readonly wallMs: number;
  /** Of all threads. */
  readonly cpuMs: number;
}

/** A batch of normal noise with random labels, always the same. */
export function randomBatch({ length, batch }: Case): Batch {
  const random = createRandom(1);
  return {
    x: Float32Array.from({ length: batch * length * leads }, () => random.normal()),
    y: Float32Array.from({ length: batch * classes }, () => random.integer(2)),
    ids: Array.from({ length: batch }, (_, i) => String(i)),
    shape: { size: batch, time: length, leads, classes, features: 0 },
  };
}
