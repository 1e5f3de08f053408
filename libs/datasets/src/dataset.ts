import type { BatchShape, TaskKind } from '@cardio/core';
import type { SignalStep } from '@cardio/signal';
import type { AnnotationCounts } from './aami.js';

/** The three parts of every dataset: fit on `train`, choose on `validation`, report on `test`. */
export type SplitName = 'train' | 'validation' | 'test';

/** One labelled window, prepared for a model. */
export interface Example {
  /** Unique in its dataset, such as `208:1234` (record and sample of the R peak) or a record's name. */
  readonly id: string;
  readonly recordId: string;
  readonly patientId: string;
  /** `[T * L]`, row-major over time, then lead. */
  readonly x: Float32Array;
  /** `[K]`, one-hot or multi-hot; all zero where the label is not known. */
  readonly y: Float32Array;
  /** `[F]` extra features, such as RR intervals; absent when the dataset has none. */
  readonly features?: Float32Array;
}

/** The sizes of one example: a batch's shape without its number of examples. */
export type ExampleShape = Omit<BatchShape, 'size'>;

/** One part of a dataset, held in memory. */
export interface Split {
  readonly name: SplitName;
  readonly size: number;
  /** What every example has: T time samples of L leads, K classes, F extra features. */
  readonly shape: ExampleShape;
  /** Examples per class, in the order of the task's classes. */
  readonly classCounts: readonly number[];
  readonly recordIds: readonly string[];
  readonly patientIds: readonly string[];
  /** Of which longer examples these are stretches, if they are. */
  readonly cut?: CutRule & { readonly of: Split };
  /** The example at `index` in [0, size). */
  example(index: number): Example;
}

/** Which stretches of longer examples are shown. */
export interface CutRule {
  readonly samples: number;
  /** From the start of each window to the next; without it there is one stretch from anywhere, which a loader draws anew each epoch. */
  readonly stride?: number;
}

/** What the model is asked: its classes, and whether an example has one of them or any number. */
export interface Task {
  readonly name: string;
  readonly kind: TaskKind;
  readonly classes: readonly string[];
  /** Confusions `[truth, predicted]` that the protocol does not count as false positives, such as AAMI's F taken for V. */
  readonly forgiven?: readonly (readonly [truth: string, predicted: string])[];
  /** How the probabilities of a record's windows become the record's, whose labels they have; without it each example stands for itself. */
  readonly aggregate?: 'max' | 'mean';
}

/** A record that could not be read: reported, counted and left out, never replaced. */
export interface BadRecord {
  readonly record: string;
  readonly reason: string;
}

/** What is known of a record and its patient beside the labels: by what results are looked at in parts. Absent where a dataset does not say. */
export interface RecordAttributes {
  readonly sex?: 'female' | 'male';
  /** At the recording. PTB-XL has 300 for everybody above 89, here 90. */
  readonly ageYears?: number;
  /** Where it was recorded, as the dataset names it. */
  readonly site?: string;
  /** What it was recorded with. */
  readonly device?: string;
  /** What people or rules said of the signal: `clean`, or `noisy` for drift, noise or a problem with an electrode. */
  readonly quality?: 'clean' | 'noisy';
}

/** One declared step from a raw record to a model's input. All of it is JSON, so that it travels with the exported model. */
export type PreparationStep =
  /** Leads, rate, gaps, filters and scales. */
  | SignalStep
  /** Cuts one window around each beat: samples before the R peak, and from it on. */
  | {
      readonly step: 'beat-windows';
      readonly before: number;
      readonly after: number;
      readonly features: readonly string[];
    }
  /**
   * Makes one sequence of `beats` beats around each beat, each described by these numbers. They compare it with its whole record and its neighbours on
   * both sides, so the record must be complete (`offline`).
   */
  | {
      readonly step: 'beat-sequences';
      readonly beats: number;
      readonly numbers: readonly string[];
      readonly offline: true;
    }
  /** Shows a model windows of the record, one every `stride` samples from its start, a shorter rest left out; in training stretches from anywhere. */
  | { readonly step: 'windows'; readonly samples: number; readonly stride: number }
  /** Subtracts the mean of each extra feature and divides by its deviation, fitted on the training split. */
  | { readonly step: 'standardise-features'; readonly mean: readonly number[]; readonly std: readonly number[] };

/** How a raw record becomes model input. */
export interface Preparation {
  /** The rate in Hz at which records are expected; only with a step `resample` may they have another. */
  readonly sampleRateHz: number;
  readonly steps: readonly PreparationStep[];
}

/** Where a dataset comes from and what may be done with it. */
export interface DatasetCard {
  readonly title: string;
  readonly version: string;
  readonly url: string;
  readonly licence: string;
  readonly citation: string;
}

/** A dataset that is loaded, checked and split. */
export interface EcgDataset {
  readonly name: string;
  readonly version: string;
  readonly task: Task;
  /** What a model sees: T samples of L leads at a rate. */
  readonly window: { readonly samples: number; readonly leads: readonly string[]; readonly sampleRateHz: number };
  /** Names of the extra features; empty when there are none. */
  readonly features: readonly string[];
  readonly preparation: Preparation;
  readonly splits: Readonly<Record<SplitName, Split>>;
  readonly report: DatasetReport;
  /** Of each record of which anything is known, by its id; absent where the dataset knows nothing of any. Not part of the hash. */
  readonly attributes?: ReadonlyMap<string, RecordAttributes>;
  /** SHA-256 over name, version, configuration and the files read: equal hashes mean equal data. */
  readonly hash: string;
}

/** What was found on disk, for the manifest and the terminal. */
export interface DatasetReport {
  /** Records read. */
  readonly present: number;
  /** Records the dataset lists that are not in the folder. */
  readonly absent: readonly string[];
  readonly bad: readonly BadRecord[];
  /** What a reader of the results must know, such as patients shared between published splits. */
  readonly notes: readonly string[];
  /** For datasets of annotated beats: what was annotated, and what became of each beat. */
  readonly annotationCounts?: AnnotationCounts;
}
