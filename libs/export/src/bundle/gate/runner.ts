import type { Signal } from '@cardio/core';
import type { RunModel } from '../../first-difference.js';
import type { Batch } from '../../inputs.js';

/** A place where a bundle is run, to compare what it says there with what the trained model says. */
export interface Runner {
  /** As a check names it. */
  readonly where: string;
  /** With versions. */
  readonly runtime: string;
  /** The probabilities of prepared windows, `[N * K]`. */
  windows(inputs: Batch): Promise<Float32Array>;
  /** The probabilities of every window of records in millivolts, which the bundle prepares; absent where only windows can be given. */
  records?(signals: readonly Signal[]): Promise<Float32Array>;
  /** Runs any model there. */
  readonly run: RunModel;
  close(): Promise<void>;
}

/** Why a bundle can't be run somewhere: what is not installed. */
export interface Missing {
  readonly missing: string;
}

export const isMissing = (found: Runner | Missing): found is Missing => 'missing' in found;

/** Several arrays as one. */
export function joined(parts: readonly ArrayLike<number>[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
