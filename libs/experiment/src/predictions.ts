import { renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { CardioError } from '@cardio/core';
import type { EcgDataset, RecordAttributes, Split } from '@cardio/datasets';
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

/** Whose an example is, and what is known of its record. */
interface PredictedExample {
  readonly id: string;
  readonly recordId: string;
  readonly patientId: string;
  readonly attributes?: RecordAttributes;
}

/** What a model said of every example of a split, and what is true of it. */
export interface Predictions {
  readonly examples: readonly PredictedExample[];
  readonly classes: readonly string[];
  /** `[N * K]`, row-major. */
  readonly probabilities: Float32Array;
  /** `[N * K]`, 0 or 1; NaN where it is unknown. */
  readonly labels: Float32Array;
}

/** Whose the examples of a split are, without their signals. */
export const examplesOf = (split: Split, attributes: EcgDataset['attributes']): Predictions['examples'] =>
  Array.from({ length: split.size }, (_, i) => {
    const { id, recordId, patientId } = split.example(i);
    const known = attributes?.get(recordId);
    return { id, recordId, patientId, ...(known && { attributes: known }) };
  });

/** The records of a split, in the order of their first examples. */
export const recordsOf = (split: Split, attributes: EcgDataset['attributes']): Predictions['examples'] => [
  ...new Map(examplesOf(split, attributes).map((e) => [e.recordId, { ...e, id: e.recordId }])).values(),
];

/** All rows of several predictions of the same classes, one after the other. */
export function joined(parts: readonly Predictions[]): Predictions {
  const join = (of: (part: Predictions) => Float32Array): Float32Array => {
    const whole = new Float32Array(parts.reduce((sum, part) => sum + of(part).length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(of(part), at);
      at += of(part).length;
    }
    return whole;
  };
  return {
    examples: parts.flatMap(({ examples }) => examples),
    classes: parts[0]?.classes ?? [],
    probabilities: join(({ probabilities }) => probabilities),
    labels: join(({ labels }) => labels),
  };
}

/**
 * Writes a parquet file, whole or not at all: one row per example with id, record, patient, what is known of the record, and for each class its
 * truth (null where it is unknown) and its probability.
 *
 * @param folds of each row, from 1: a column more
 */
export function writePredictions(
  path: string,
  { examples, classes, probabilities, labels }: Predictions,
  folds?: readonly number[],
): void {
  const k = classes.length;
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'id', data: examples.map((e) => e.id), type: 'STRING' },
      { name: 'record', data: examples.map((e) => e.recordId), type: 'STRING' },
      { name: 'patient', data: examples.map((e) => e.patientId), type: 'STRING' },
      ...attributeColumns(examples),
      ...(folds ? [{ name: 'fold', data: [...folds], type: 'INT32' as const }] : []),
      ...classes.flatMap((name, c) => [
        { name: `true_${name}`, data: examples.map((_, i) => truth(labels[i * k + c])), type: 'BOOLEAN' as const },
        { name: `probability_${name}`, data: examples.map((_, i) => probabilities[i * k + c]), type: 'FLOAT' as const },
      ]),
    ],
  });
  writeFileSync(`${path}.tmp`, Buffer.from(buffer));
  renameSync(`${path}.tmp`, path);
}

/** The columns of {@link RecordAttributes} by field. */
const attributes = {
  sex: { name: 'sex', type: 'STRING' },
  ageYears: { name: 'age', type: 'DOUBLE' },
  site: { name: 'site', type: 'STRING' },
  device: { name: 'device', type: 'STRING' },
  quality: { name: 'quality', type: 'STRING' },
} as const satisfies Record<keyof RecordAttributes, { name: string; type: 'STRING' | 'DOUBLE' }>;

const attributeFields = Object.keys(attributes) as (keyof RecordAttributes)[];

/** A column for each attribute that is known of any example, null where it is not. */
const attributeColumns = (examples: Predictions['examples']) =>
  attributeFields
    .filter((field) => examples.some((example) => example.attributes?.[field] !== undefined))
    .map((field) => ({ ...attributes[field], data: examples.map((example) => example.attributes?.[field] ?? null) }));

function attributesIn(row: Row): RecordAttributes {
  const known = attributeFields.flatMap((field) => {
    const value = row[attributes[field].name];
    return value === null || value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(known);
}

const truth = (label: number): boolean | null => (Number.isNaN(label) ? null : label > 0.5);

/**
 * Reads back what `writePredictions` wrote, to the same bits.
 *
 * @throws {CardioError} `not-found`, or `data` for a file that is not one of ours
 */
export async function readPredictions(path: string): Promise<Predictions> {
  const rows = await rowsOf(path);
  const classes = Object.keys(rows[0] ?? {}).flatMap((name) => (name.startsWith('true_') ? [name.slice(5)] : []));
  const columns = ['id', 'record', 'patient', ...classes.map((name) => `probability_${name}`)];
  const missing = columns.find((name) => rows[0]?.[name] === undefined);
  if (classes.length === 0 || missing !== undefined) {
    throw notOurs(path, rows.length === 0 ? 'it has no rows' : `it has no column \`${missing ?? 'true_<class>'}\``);
  }
  const values = (of: (row: Row, name: string) => unknown): Float32Array =>
    Float32Array.from(rows.flatMap((row) => classes.map((name) => Number(of(row, name) ?? NaN))));
  return {
    examples: rows.map((row) => {
      const known = attributesIn(row);
      const ids = { id: String(row.id), recordId: String(row.record), patientId: String(row.patient) };
      return { ...ids, ...(Object.keys(known).length > 0 && { attributes: known }) };
    }),
    classes,
    probabilities: values((row, name) => row[`probability_${name}`]),
    labels: values((row, name) => row[`true_${name}`]),
  };
}

type Row = Readonly<Record<string, unknown>>;

async function rowsOf(path: string): Promise<Row[]> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new CardioError('not-found', `Can't read the predictions \`${path}\`: ${(cause as Error).message}`, {
      cause,
    });
  }
  try {
    return await parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
  } catch (cause) {
    throw notOurs(path, (cause as Error).message, cause);
  }
}

const notOurs = (path: string, why: string, cause?: unknown): CardioError =>
  new CardioError(
    'data',
    `\`${path}\` is not a file of predictions that this platform wrote: ${why}. Make it again with \`cardio evaluate <run>\`.`,
    { cause },
  );
