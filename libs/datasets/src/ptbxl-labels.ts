import { CardioError } from '@cardio/core';
import type { RecordAttributes } from './dataset.js';
import { commonConditions, conditionOf } from './harmonise.js';
import { attributeColumns, ptbxlAttributes } from './ptbxl-attributes.js';
import { csvRows, parseScpCodes, parseScpStatements, type ScpStatement } from './scp.js';

/** The label sets of the PTB-XL benchmark, and `common`: the conditions shared with CPSC2018 ({@link commonConditions}). */
export const ptbxlTasks = ['all', 'diagnostic', 'subclass', 'superclass', 'form', 'rhythm', 'common'] as const;
export type PtbxlTask = (typeof ptbxlTasks)[number];

/** One row of `ptbxl_database.csv` that has a label for the task. */
export interface PtbxlRow {
  readonly ecgId: string;
  readonly patientId: string;
  /** 1 to 10: the benchmark trains on 1-8, chooses on 9 and tests on 10. */
  readonly fold: number;
  /** Record paths at 100 and 500 Hz, relative to the folder, without extension. */
  readonly path100: string;
  readonly path500: string;
  /** Indices into the classes, ascending. */
  readonly labels: readonly number[];
  readonly attributes: RecordAttributes;
}

/** The labels of a task and the records that have any. */
export interface PtbxlLabels {
  /** By the number of rows: `1.0.1` (21,837, as in 1.0.0 and 1.0.2), `1.0.3` (21,799) or `unknown`. */
  readonly version: string;
  /** Sorted by code unit, as the benchmark does; of `common` in its own order. */
  readonly classes: readonly string[];
  readonly rows: readonly PtbxlRow[];
  /** Rows of the CSV, with and without a label for the task. */
  readonly listed: number;
  /** Codes of records that the statement table does not know, so that they count nowhere. */
  readonly unknownCodes: readonly string[];
}

/**
 * The labels of PTB-XL exactly as its benchmark builds them (Strodthoff et al., IEEE JBHI 25(5):1519, 2021): the likelihood of a statement
 * is ignored (0.0 counts), statements map to the task's classes without repeats, and records without any are dropped.
 *
 * @param database the text of `ptbxl_database.csv`
 * @param statements the text of `scp_statements.csv`
 * @throws {CardioError} `data` for a missing column or a malformed row, which is named
 */
export function ptbxlLabels(database: string, statements: string, task: PtbxlTask): PtbxlLabels {
  const table = parseScpStatements(statements);
  const known = new Set(table.map(({ code }) => code));
  const classOf = new Map(table.map((statement) => [statement.code, classIn(task, statement)]));
  const own = [...new Set(classOf.values())].filter((name) => name !== '').sort();
  const classes = task === 'common' ? commonConditions : own;
  const index = new Map<string, number>(classes.map((name, k) => [name, k]));

  const columns = ['ecg_id', 'patient_id', 'scp_codes', 'strat_fold', 'filename_lr', 'filename_hr'] as const;
  const listed = csvRows(database, 'ptbxl_database.csv', columns, attributeColumns);
  const unknownCodes = new Set<string>();
  const rows = listed.flatMap((row): PtbxlRow[] => {
    const codes = codesOf(row);
    for (const code of codes) if (!known.has(code)) unknownCodes.add(code);
    const labels = new Set(codes.flatMap((code) => index.get(classOf.get(code) ?? '') ?? []));
    if (labels.size === 0) return [];
    return [
      {
        ecgId: row.ecg_id,
        patientId: row.patient_id.replace(/\.0$/, ''), // written as 15709.0
        fold: foldOf(row),
        path100: row.filename_lr,
        path500: row.filename_hr,
        labels: [...labels].sort((a, b) => a - b),
        attributes: ptbxlAttributes(row),
      },
    ];
  });
  return {
    version: versionOf(listed.length),
    classes,
    rows,
    listed: listed.length,
    unknownCodes: [...unknownCodes].sort(),
  };
}

/** The class a statement stands for in a task; empty for none. */
function classIn(task: PtbxlTask, { code, diagnostic, form, rhythm, superclass, subclass }: ScpStatement): string {
  if (task === 'all') return diagnostic || form || rhythm ? code : '';
  if (task === 'common') return sharedCondition(code);
  if (task === 'form') return form ? code : '';
  if (task === 'rhythm') return rhythm ? code : '';
  if (!diagnostic) return '';
  return { diagnostic: code, superclass, subclass }[task];
}

function sharedCondition(code: string): string {
  const condition = conditionOf(code, 'scp');
  return condition && commonConditions.includes(condition) ? condition : '';
}

function codesOf(row: { ecg_id: string; scp_codes: string }): string[] {
  try {
    return parseScpCodes(row.scp_codes);
  } catch (cause) {
    throw new CardioError('data', `ptbxl_database.csv, ecg_id ${row.ecg_id}: ${(cause as Error).message}`, { cause });
  }
}

function foldOf(row: { ecg_id: string; strat_fold: string }): number {
  const fold = Number(row.strat_fold);
  if (Number.isInteger(fold) && fold >= 1 && fold <= 10) return fold;
  throw new CardioError(
    'data',
    `ptbxl_database.csv, ecg_id ${row.ecg_id}: \`strat_fold\` must be 1 to 10. Received: ${JSON.stringify(row.strat_fold)}.`,
  );
}

function versionOf(rows: number): string {
  return { 21837: '1.0.1', 21799: '1.0.3' }[rows] ?? 'unknown';
}
