import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CardioError, suggestion } from '@cardio/core';
import { parse } from 'csv-parse/sync';
import { defaultLabelsFile, type FolderConfig } from './config.js';
import { findFile, listEcgFiles } from './list-files.js';

/** One file and what the table says of it. */
export interface FolderRow {
  /** Its path in the folder. */
  readonly file: string;
  readonly files: readonly string[];
  /** Cells by column; none for a missing one. */
  readonly cells: ReadonlyMap<string, string>;
  /** Where it stands, for messages. */
  readonly place: string;
}

/** The files of a folder with their labels' cells. */
export interface FolderTable {
  readonly columns: readonly string[];
  readonly rows: readonly FolderRow[];
  /** Files that the table lists and the folder lacks. */
  readonly absent: readonly string[];
  /** ECG files in the folder that the table does not list. */
  readonly unlisted: number;
  /** The table's text, for the dataset's hash. */
  readonly text: string;
}

/** The column that files have where there is no table: the first folder of their path. */
export const folderColumn = 'folder';

/**
 * Reads the table of labels; without one, all ECG files of the folder with the first folder of their path as their only cell.
 *
 * @throws {CardioError} `not-found` for a folder without ECG files, `data` for a table that can't be read or lists a file twice, `config` for
 *   a column it does not have
 */
export async function readFolderTable(config: FolderConfig): Promise<FolderTable> {
  const { dataDir, labelsFile } = config;
  const files = await listEcgFiles(dataDir);
  files.delete(labelsFile);
  const text = await readFile(resolve(dataDir, labelsFile), 'utf8').catch((cause: unknown) => {
    if (!needsTable(config)) return undefined;
    throw new CardioError(
      'not-found',
      `There is no readable table \`${resolve(dataDir, labelsFile)}\` (\`labelsFile\`).`,
      { cause },
    );
  });
  const table = text === undefined ? withoutTable(files) : withTable(text, files, config);
  if (table.rows.length > 0) return table;
  throw new CardioError(
    'not-found',
    table.absent.length > 0
      ? `None of the ${table.absent.length} files that \`${resolve(dataDir, labelsFile)}\` lists is in \`${dataDir}\`, such as ${table.absent[0]}.`
      : `There is no ECG file in \`${dataDir}\`. Expected .hea, .edf, .csv, .tsv, .txt, .mat, .dcm or .xml.`,
  );
}

/** Whether a folder without a table can't be what is meant. */
const needsTable = ({
  labelsFile,
  classColumn,
  labelColumns,
  labels,
  patientColumn,
  splitColumn,
}: FolderConfig): boolean =>
  labelsFile !== defaultLabelsFile ||
  [classColumn, labelColumns, labels, patientColumn, splitColumn].some((x) => x !== undefined);

function withoutTable(files: ReadonlyMap<string, readonly string[]>): FolderTable {
  const rows = [...files].flatMap(([file, parts]): FolderRow[] => {
    const folder = file.includes('/') ? file.slice(0, file.indexOf('/')) : undefined;
    return [{ file, files: parts, cells: new Map(folder ? [[folderColumn, folder]] : []), place: file }];
  });
  return { columns: [folderColumn], rows, absent: [], unlisted: 0, text: '' };
}

function withTable(text: string, files: ReadonlyMap<string, readonly string[]>, config: FolderConfig): FolderTable {
  const { labelsFile, fileColumn } = config;
  const [header, ...body] = parseTable(text, labelsFile);
  const columns = header ?? [];
  const repeated = columns.find((name, i) => columns.indexOf(name) !== i);
  if (repeated !== undefined) throw new CardioError('data', `${labelsFile}: two columns are named \`${repeated}\`.`);
  assertColumn(fileColumn, columns, 'fileColumn', labelsFile);
  const missing = new Set(['', ...config.missing]);
  const absent: string[] = [];
  const seen = new Map<string, number>();
  const rows = body.flatMap((row, i): FolderRow[] => {
    const line = i + 2;
    const cells = new Map(columns.flatMap((name, c) => (missing.has(row[c].trim()) ? [] : [[name, row[c].trim()]])));
    const cell = cells.get(fileColumn);
    if (cell === undefined)
      throw new CardioError('data', `${labelsFile}, row ${line}: column \`${fileColumn}\` is empty.`);
    const file = findFile(cell, files);
    if (file === undefined) absent.push(cell);
    else if (seen.has(file)) {
      throw new CardioError('data', `${labelsFile}, row ${line}: \`${file}\` stands in row ${seen.get(file)} already.`);
    } else seen.set(file, line);
    return file === undefined
      ? []
      : [{ file, files: files.get(file) ?? [], cells, place: `${labelsFile}, row ${line}` }];
  });
  rows.sort((a, b) => (a.file < b.file ? -1 : 1));
  return { columns, rows, absent, unlisted: files.size - seen.size, text };
}

function parseTable(text: string, labelsFile: string): string[][] {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const delimiter = ['\t', ';', ','].find((mark) => header.includes(mark)) ?? ',';
  try {
    return parse(text, { bom: true, delimiter, skip_empty_lines: true }) as string[][];
  } catch (cause) {
    throw new CardioError('data', `${labelsFile}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** @throws {CardioError} `config` when the table has no such column: names the nearest */
export function assertColumn(name: string, columns: readonly string[], option: string, labelsFile: string): void {
  if (!columns.includes(name)) {
    throw new CardioError(
      'config',
      `\`${option}\`: ${labelsFile} has no column \`${name}\`. ${suggestion(name, columns)}`,
    );
  }
}
