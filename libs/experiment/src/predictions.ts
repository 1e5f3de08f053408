import { renameSync, writeFileSync } from 'node:fs';

import type { Split } from '@cardio/datasets';
import { parquetWriteBuffer } from 'hyparquet-writer';

/** What a model said of every example of a split, and what is true of it. */
export interface Predictions {
  readonly examples: readonly { readonly id: string; readonly recordId: string; readonly patientId: string }[];
  readonly classes: readonly string[];
  /** `[N * K]`, row-major. */
  readonly probabilities: Float32Array;
  /** `[N * K]`, 0 or 1. */
  readonly labels: Float32Array;
}

/** Whose the examples of a split are, without their signals. */
export const examplesOf = (split: Split): Predictions['examples'] =>
  Array.from({ length: split.size }, (_, i) => {
    const { id, recordId, patientId } = split.example(i);
    return { id, recordId, patientId };
  });

/** The records of a split, in the order of their first examples. */
export const recordsOf = (split: Split): Predictions['examples'] => [
  ...new Map(examplesOf(split).map((e) => [e.recordId, { ...e, id: e.recordId }])).values(),
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
 * Writes a parquet file, whole or not at all: one row per example with id, record, patient, and for each class its truth and its probability.
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
      ...(folds ? [{ name: 'fold', data: [...folds], type: 'INT32' as const }] : []),
      ...classes.flatMap((name, c) => [
        { name: `true_${name}`, data: examples.map((_, i) => labels[i * k + c] > 0.5), type: 'BOOLEAN' as const },
        { name: `probability_${name}`, data: examples.map((_, i) => probabilities[i * k + c]), type: 'FLOAT' as const },
      ]),
    ],
  });
  writeFileSync(`${path}.tmp`, Buffer.from(buffer));
  renameSync(`${path}.tmp`, path);
}
