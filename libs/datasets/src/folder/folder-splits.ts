import { CardioError } from '@cardio/core';
import { assignSplits } from '../assign-splits.js';
import type { SplitName } from '../dataset.js';
import type { FolderConfig } from './config.js';
import { assertColumn, type FolderRow } from './table.js';

const names: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
};

/** A row whose labels are known: the numbers of its classes. */
interface LabelledRow {
  readonly row: FolderRow;
  readonly classes: readonly number[];
}

/**
 * The patient and the split of each row: from its columns, or the split drawn by patient, in folds balanced by the labels of each patient's
 * first file.
 *
 * @throws {CardioError} `config` for unknown columns and for folds beside a split column, `data` for an empty or unknown cell
 */
export function patientsAndSplits(
  rows: readonly LabelledRow[],
  columns: readonly string[],
  config: FolderConfig,
): { readonly patientId: string; readonly split: SplitName }[] {
  const { patientColumn, splitColumn, labelsFile, splitSeed, folds, fold } = config;
  if (patientColumn) assertColumn(patientColumn, columns, 'patientColumn', labelsFile);
  const patients = rows.map(({ row }) => (patientColumn ? cellOf(row, patientColumn) : row.file));
  if (splitColumn) {
    if (folds !== undefined) throw new CardioError('config', 'State `splitColumn` or `folds`, not both.');
    assertColumn(splitColumn, columns, 'splitColumn', labelsFile);
    return rows.map(({ row }, i) => ({ patientId: patients[i], split: named(row, splitColumn) }));
  }
  const strata = new Map<string, string>();
  rows.forEach(({ classes }, i) => {
    if (!strata.has(patients[i])) strata.set(patients[i], classes.join(' '));
  });
  const splits = assignSplits(patients, {
    ...{ seed: splitSeed, folds, fold },
    fractions: { validation: config.validationFraction, test: config.testFraction },
    stratum: (patient) => strata.get(patient) ?? '',
  });
  return patients.map((patientId) => ({ patientId, split: splits.get(patientId) ?? 'train' }));
}

function cellOf({ cells, place }: FolderRow, column: string): string {
  const cell = cells.get(column);
  if (cell === undefined) throw new CardioError('data', `${place}: column \`${column}\` is empty.`);
  return cell;
}

function named(row: FolderRow, column: string): SplitName {
  const cell = cellOf(row, column);
  const key = cell.toLowerCase();
  if (Object.hasOwn(names, key)) return names[key];
  throw new CardioError('data', `${row.place}: \`${column}\` is \`${cell}\`, expected train, validation or test.`);
}
