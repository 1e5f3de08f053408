import type { DatasetCard, EcgDataset, Example, Preparation, RecordAttributes, SplitName, Task } from './dataset.js';

/** One record that a dataset will read: all of it is JSON, so that a worker thread can be given it. */
export interface SourceRecord {
  readonly id: string;
  readonly patientId: string;
  readonly split: SplitName;
  /** The files it is read from, relative to the data folder: their sizes are part of a prepared store's identity. */
  readonly files: readonly string[];
  /** What else {@link SourceDefinition.prepareRecord} needs: labels, a header's facts, … */
  readonly detail?: unknown;
  /** Of the patient and the recording: decides nothing about examples. */
  readonly attributes?: RecordAttributes;
}

/** What every record of a source is prepared with; JSON. */
export interface SourceSettings {
  readonly dataDir: string;
  readonly task: Task;
  /** What a model sees: T samples of L leads at a rate. */
  readonly window: EcgDataset['window'];
  /** Names of the extra features; empty when there are none. */
  readonly features: readonly string[];
  /** Every step but those fitted on the training split, which are added when the dataset is loaded. */
  readonly preparation: Preparation;
  /** The configuration's fields that decide what a record becomes. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A dataset whose tables and headers have been read, but no signal yet. */
export interface RecordSource {
  readonly name: string;
  readonly version: string;
  readonly settings: SourceSettings;
  /** The records that are in the folder, in an order that does not depend on the file system. */
  readonly records: readonly SourceRecord[];
  /** Records that the dataset lists and the folder lacks. */
  readonly absent: readonly string[];
  /** What a reader of the results must know. */
  readonly notes: readonly string[];
  /** Patients that a published protocol knowingly has in two splits, with what the report says of each if it is so. */
  readonly sharedPatients?: Readonly<Record<string, string>>;
  /** SHA-256 of what decides labels and splits beside the records' own files: tables, configuration. */
  readonly contentHash: string;
}

/**
 * How a dataset of many records reads them. {@link prepareRecord} must be a function of its arguments alone: it runs in any worker thread, in
 * any order, and its results are kept in a prepared store.
 */
export interface SourceDefinition<Config> {
  readonly card: DatasetCard;
  /** Reads tables and folder listings. */
  open(config: Config): Promise<RecordSource>;
  /**
   * The labelled windows of one record, prepared by all steps of the settings but not standardised; none for a record without any.
   *
   * @throws {CardioError} `data` for a record that can't be read: it is reported and left out
   */
  prepareRecord(record: SourceRecord, settings: SourceSettings): Promise<readonly Example[]>;
}
