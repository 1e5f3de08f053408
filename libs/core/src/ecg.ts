/**
 * A stretch of ECG: one `Float32Array` per lead, all of one length, in millivolts; NaN marks a missing sample.
 */
export interface Signal {
  readonly samples: readonly Float32Array[];
  readonly sampleRateHz: number;
  /** Lead names in the order of `samples`, such as `['I', 'II', … 'V6']` or `['MLII']`. */
  readonly leads: readonly string[];
}

/** How the classes of a task relate: exactly one per example, or any number of them. */
export type TaskKind = 'multi-class' | 'multi-label';

/**
 * A batch of examples in row-major typed arrays. Letters: B examples, T time samples, L leads, K classes, F extra features.
 */
export interface Batch {
  /** `[B, T, L]`, prepared signal. */
  readonly x: Float32Array;
  /** `[B, K]`, one-hot (multi-class) or multi-hot (multi-label). */
  readonly y: Float32Array;
  /** `[B, F]`, such as RR-interval features; absent when F is 0. */
  readonly features?: Float32Array;
  /** One id per example, such as `208:1234` (record and sample of the R peak) or a record name. */
  readonly ids: readonly string[];
  /** B, T, L, K and F. */
  readonly shape: BatchShape;
}

/** The sizes of a {@link Batch}. */
export interface BatchShape {
  readonly size: number;
  readonly time: number;
  readonly leads: number;
  readonly classes: number;
  readonly features: number;
}

/**
 * A source of batches that can replay any epoch: the same number gives the same batches in the same order, which is what lets a
 * run resume exactly where it stopped. Iterating it plainly yields epoch 0.
 */
export interface BatchLoader extends AsyncIterable<Batch> {
  readonly batchesPerEpoch: number;
  /** The batches of epoch `index` (0-based), starting at batch `from`. */
  epoch(index: number, from?: number): AsyncIterable<Batch>;
}
