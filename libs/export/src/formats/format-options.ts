import type { TaskKind } from '@cardio/core';
import type { Examples } from '../parity.js';

/** What to write a model as a folder of files with, and where to. */
export interface FormatOptions {
  /** Softmax (`multi-class`) or sigmoid (`multi-label`) makes the probabilities. */
  readonly task: TaskKind;
  /** Names of the K outputs, in order; kept in the metadata. */
  readonly classes: readonly string[];
  /** The folder to write to; it is made if it is missing. */
  readonly folder: string;
  /** Kept with the model. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Real inputs to compare model and files on, besides random ones. */
  readonly examples?: Pick<Examples, 'inputs'>;
}
