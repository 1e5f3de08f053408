import type { TaskKind } from '@cardio/core';

/** The ends of an interval. */
export type Interval = readonly [low: number, high: number];

/** A score as it is reported. */
export interface ReportScore {
  /** As in the summary of an evaluation, such as `macroAuroc`. */
  readonly name: string;
  readonly value: number | null;
  readonly interval: Interval | null;
}

/** A class against the rest on the test split. */
export interface ReportClass {
  readonly name: string;
  readonly positives: number;
  readonly predicted: number;
  readonly auroc: number | null;
  readonly aurocInterval: Interval | null;
  readonly auprc: number | null;
  readonly sensitivity: number | null;
  readonly positivePredictivity: number | null;
  readonly f1: number | null;
}

/** An example that the model was most sure of and wrong about. */
export interface ReportMistake {
  readonly id: string;
  readonly patientId: string;
  readonly truth: readonly string[];
  readonly predicted: readonly string[];
  /** The class that was wrongly given, or wrongly not given, and its probability. */
  readonly about: string;
  readonly probability: number;
  /** Sex, age and so on, where they are known. */
  readonly attributes: Readonly<Record<string, string | number>>;
  /** A sheet of ECG paper. */
  readonly svg: string;
  /** Whether it shows what spoke for and against the class. */
  readonly explained: boolean;
}

/** Scores of the parts of the test split by one attribute. */
export interface ReportSubgroups {
  /** Such as `sex`. */
  readonly attribute: string;
  /** The score's name, as in {@link ReportScore}. */
  readonly score: string;
  readonly groups: readonly {
    readonly name: string;
    readonly examples: number;
    readonly patients: number;
    readonly value: number | null;
    readonly interval: Interval | null;
    /** Classes with fewer than 10 positives in the group. */
    readonly few: readonly string[];
  }[];
}

/** How well probabilities are what they say, before and after a calibration that was fitted on validation. */
export interface ReportCalibration {
  readonly method: string;
  readonly measures: readonly {
    /** `ece`, `brier` or `logLoss`. */
    readonly name: string;
    readonly before: number | null;
    readonly after: number | null;
  }[];
}

/** A threshold that was chosen on validation, and what it does on test. */
export interface ReportThreshold {
  readonly name: string;
  /** `null` where none could be chosen. */
  readonly threshold: number | null;
  readonly reason: string | null;
  readonly sensitivity: number | null;
  readonly specificity: number | null;
  readonly positivePredictivity: number | null;
  readonly f1: number | null;
}

/** The figures of a report, in the order in which they are shown. */
export const figureKinds = [
  'roc',
  'precision-recall',
  'confusion',
  'scores',
  'reliability',
  'learning',
  'forest',
  'codebook',
] as const;
export type FigureKind = (typeof figureKinds)[number];

/** The names of facts under "how to reproduce". */
export type FactName = 'version' | 'commit' | 'node' | 'engine' | 'machine' | 'seed' | 'dataHash' | 'created';

/** All that a report says: plain data, gathered by `@cardio/experiment`. */
export interface ReportData {
  readonly run: { readonly id: string; readonly created: string; readonly checkpoint: 'best' | 'last' };
  readonly dataset: {
    readonly name: string;
    readonly title: string;
    readonly version: string;
    readonly url: string;
    readonly licence: string;
    readonly citation: string;
    /** Listed records that are not in the folder, and records that could not be read. */
    readonly absent: number;
    readonly bad: number;
    readonly notes: readonly string[];
  };
  readonly task: {
    readonly name: string;
    readonly kind: TaskKind;
    readonly classes: readonly string[];
    readonly aggregate: 'max' | 'mean' | null;
  };
  readonly window: { readonly samples: number; readonly sampleRateHz: number; readonly leads: readonly string[] };
  /** The steps from a raw record to the model's input, as JSON. */
  readonly preparation: readonly string[];
  readonly model: { readonly name: string; readonly parameters: number };
  readonly training: {
    readonly epochs: number;
    readonly batchSize: number;
    readonly optimizer: string;
    readonly learningRate: number;
    /** The epoch whose weights were chosen, and its validation score. */
    readonly chosen: { readonly epoch: number; readonly score: ReportScore } | null;
  };
  readonly splits: readonly {
    readonly name: 'train' | 'validation' | 'test';
    readonly examples: number;
    readonly patients: number;
    /** Per class; `null` where the dataset was not there. */
    readonly positives: readonly number[] | null;
  }[];
  /** Patients in two splits; `null` where the dataset was not there to look. */
  readonly sharedPatients: readonly string[] | null;
  readonly test: {
    readonly examples: number;
    readonly patients: number;
    readonly scores: readonly ReportScore[];
    readonly classes: readonly ReportClass[];
    readonly notes: readonly string[];
    /** What intervals are of; `null` where there are none. */
    readonly intervals: { readonly level: number; readonly resamples: number } | null;
  };
  /** SVG by what they show; those that the run has no data for are absent. */
  readonly figures: Readonly<Partial<Record<FigureKind, string>>>;
  /** `null` where the dataset or the checkpoint was not there, or examples are no ECG. */
  readonly mistakes: readonly ReportMistake[] | null;
  readonly subgroups: readonly ReportSubgroups[];
  readonly calibration: ReportCalibration | null;
  readonly thresholds: { readonly by: string; readonly classes: readonly ReportThreshold[] } | null;
  readonly reproduce: {
    readonly commands: readonly string[];
    readonly facts: readonly (readonly [name: FactName, value: string])[];
  };
}

/** Below so many positives a score is marked. */
export const fewPositives = 10;
