import { CardioError } from '@cardio/core';
import { parse } from 'csv-parse/sync';

/** What PTB-XL's `scp_statements.csv` says of one SCP-ECG code. A code may be in more than one of the three groups. */
export interface ScpStatement {
  readonly code: string;
  readonly diagnostic: boolean;
  readonly form: boolean;
  readonly rhythm: boolean;
  /** NORM, MI, STTC, CD or HYP; empty for a code that is not diagnostic. */
  readonly superclass: string;
  readonly subclass: string;
}

/** The named columns of a CSV text, one object a row. A missing column is an error that names it. */
export function csvRows<Column extends string, Optional extends string = never>(
  text: string,
  file: string,
  columns: readonly Column[],
  optional: readonly Optional[] = [],
): (Record<Column, string> & Partial<Record<Optional, string>>)[] {
  const [header = [], ...rows] = csvCells(text, file);
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new CardioError(
      'data',
      `${file} has no column ${missing.map((m) => `\`${m}\``).join(', ')}. It has: ${header.join(', ') || 'none'}.`,
    );
  }
  const present = [...columns, ...optional.filter((column) => header.includes(column))];
  const places = present.map((column) => [column, header.indexOf(column)] as const);
  type Row = Record<Column, string> & Partial<Record<Optional, string>>; // fromEntries forgets which keys it was given
  return rows.map((row) => Object.fromEntries(places.map(([column, i]) => [column, row[i]])) as Row);
}

function csvCells(text: string, file: string): string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true });
  } catch (cause) {
    throw new CardioError('data', `${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Reads the text of `scp_statements.csv`, whose first column (the codes) has no name. */
export function parseScpStatements(text: string): ScpStatement[] {
  const columns = ['', 'diagnostic', 'form', 'rhythm', 'diagnostic_class', 'diagnostic_subclass'] as const;
  return csvRows(text, 'scp_statements.csv', columns).map((row) => ({
    code: row[''],
    diagnostic: Number(row.diagnostic) === 1,
    form: Number(row.form) === 1,
    rhythm: Number(row.rhythm) === 1,
    superclass: row.diagnostic_class,
    subclass: row.diagnostic_subclass,
  }));
}

/**
 * The codes of a record's `scp_codes`, a Python dictionary of code to likelihood such as `{'NORM': 100.0, 'SR': 0.0}`. The likelihood is
 * left out: 0.0 means "not given", and rhythm and form codes always have it. Either kind of quotes and any spacing will do.
 *
 * @throws {CardioError} `data` for anything else
 */
export function parseScpCodes(text: string): string[] {
  if (!dictionary.test(text)) {
    throw new CardioError(
      'data',
      `\`scp_codes\` must be a dictionary such as {'NORM': 100.0}. Received: ${JSON.stringify(text)}.`,
    );
  }
  return [...text.matchAll(entries)].map(([, single, double]) => single ?? double);
}

const entry = String.raw`\s*(?:'([^']*)'|"([^"]*)")\s*:\s*[-+\w.]+\s*`;
const entries = new RegExp(entry, 'g');
const dictionary = new RegExp(String.raw`^\s*\{(?:${entry}(?:,|(?=\})))*\s*\}\s*$`);
