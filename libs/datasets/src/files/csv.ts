import { leadName } from '@cardio/signal';
import { parse } from 'csv-parse/sync';
import { readTimes, type TimeColumn } from './csv-times.js';
import { agreedRate, ecgFile, fail, type EcgFile, type EcgFileOptions } from './ecg-file.js';
import { millivoltsPer, scaleOf } from './units.js';

/** A table of texts, with what stood around it. */
interface TextTable {
  readonly rows: readonly (readonly string[])[];
  /** The line that each row is on. */
  readonly lines: readonly number[];
  readonly comments: readonly string[];
  readonly decimalComma: boolean;
}

/** A column of numbers, perhaps with a name and a unit. */
interface Column {
  readonly name: string;
  readonly unit: string | undefined;
  readonly index: number;
}

const missing = /^(?:|-|\*|na|n\/a|nan|null)$/i;
const plainNumber = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const commaNumber = /^[-+]?\d+,\d+$/;
const clock = /^(?:\d+:)?\d+:\d+(?:\.\d+)?$/;

/**
 * Reads a table of samples, one row for each time: CSV, TSV, semicolons or blanks between the cells; `#` begins a comment. The first row
 * may name the columns (`II`, `II (mV)`, `time_ms`) and a second give their units. A time column, by its name or as a first column of even
 * steps in seconds, gives the rate; a comment with a sampling rate does so too. Without names a table wider than it is long has a row for each
 * lead. Numbers without a unit are taken as mV unless `options.unit` says otherwise.
 *
 * @throws {CardioError} `data` that names line and column of what is no number
 */
export function readCsv(bytes: Uint8Array, options: EcgFileOptions = {}): EcgFile {
  const table = tableOf(new TextDecoder().decode(bytes), options);
  const { rows } = table;
  if (rows.length === 0) fail(options, 'it has no row of numbers.');
  const isData = (row: readonly string[]): boolean => row.every((cell) => isNumber(cell, table) || clock.test(cell));
  const headed = !isData(rows[0]);
  const units = headed && rows.length > 1 && !isData(rows[1]) ? rows[1] : undefined;
  const first = (headed ? 1 : 0) + (units ? 1 : 0);
  if (rows.length <= first) fail(options, 'it has names of columns but no row of numbers.');
  const width = rows[first].length;
  const columns = Array.from({ length: width }, (_, index) =>
    columnOf(headed ? (rows[0][index] ?? '') : '', units?.[index], index),
  );
  const cells = numbersOf(table, first, columns, options);

  const time = readTimes(cells, columns, headed, options);
  const rate = agreedRate(time?.rate ?? rateIn(table.comments), options);
  return ecgFile(leadsOf(cells, columns, headed, time, rate, options), undefined, undefined);
}

/** The columns that are not time, or the rows of a table without names that is wider than it is long. */
function leadsOf(
  cells: readonly Float64Array[],
  columns: readonly Column[],
  headed: boolean,
  time: TimeColumn | undefined,
  sampleRateHz: number,
  options: EcgFileOptions,
): EcgFile['signal'] {
  const wide = !headed && !time && cells.length > cells[0].length;
  const channels = wide
    ? Array.from(cells[0], (_, row) => Float64Array.from(cells, (column) => column[row]))
    : cells.filter((_, index) => !time?.columns.includes(index));
  const named = wide ? [] : columns.filter(({ index }) => !time?.columns.includes(index));
  if (options.leads && options.leads.length !== channels.length) {
    fail(
      options,
      `it has ${channels.length} ${wide ? 'rows' : 'columns'} of samples, but ${options.leads.length} leads were stated.`,
    );
  }
  const scales = channels.map((_, i) => {
    const unit = named[i]?.unit;
    const scale = unit === undefined ? undefined : millivoltsPer(unit);
    if (
      scale !== undefined &&
      options.unit !== undefined &&
      Math.abs(scale / scaleOf(options.unit, options) - 1) > 1e-9
    ) {
      fail(options, `column \`${named[i].name}\` is in ${unit}, but ${options.unit} was stated.`);
    }
    return scale ?? scaleOf(options.unit ?? 'mV', options);
  });
  return {
    samples: channels.map((values, i) => Float32Array.from(values, (value) => value * scales[i])),
    sampleRateHz,
    leads: channels.map((_, i) => leadName(options.leads?.[i] ?? (named[i]?.name || String(i + 1)))),
  };
}

/** Splits a text into cells: by the delimiter that its first rows have, blanks when they have none. */
function tableOf(text: string, options: EcgFileOptions): TextTable {
  const all = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const comments = all.filter((line) => line.trimStart().startsWith('#'));
  const lines = [...all.keys()].filter((i) => all[i].trim() !== '' && !all[i].trimStart().startsWith('#'));
  const sample = lines.slice(0, 5).map((i) => all[i]);
  const delimiter = ['\t', ';', ','].find((mark) => sample.some((line) => line.includes(mark)));
  const decimalComma = delimiter !== ',' && sample.some((line) => /(^|[\s;])"?[-+]?\d+,\d+/.test(line));
  // A last line without blanks is one of a single column, whose name may have some.
  const single = !/\s/.test((all[lines[lines.length - 1]] ?? '').trim());
  const rows = lines.map((i) => {
    if (delimiter !== undefined) return split(all[i], delimiter, i, options);
    return single ? [all[i].trim()] : all[i].trim().split(/\s+/);
  });
  // A delimiter at the end of every line is no column.
  const ragged = rows.length > 0 && rows.every((row) => row.length > 1 && row[row.length - 1] === '');
  return {
    rows: ragged ? rows.map((row) => row.slice(0, -1)) : rows,
    lines: lines.map((i) => i + 1),
    comments,
    decimalComma,
  };
}

function split(line: string, delimiter: string, index: number, options: EcgFileOptions): string[] {
  if (!/["']/.test(line)) return line.split(delimiter).map((cell) => cell.trim());
  const quote = line.includes('"') ? '"' : "'";
  try {
    const [cells] = parse(line, { delimiter, quote, trim: true, relax_quotes: true }) as string[][];
    return cells;
  } catch (cause) {
    return fail(options, `line ${index + 1}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** `II (mV)`, `II [mV]`, `II_mV`, `time_ms` and `II` with `mV` or `(mV)` in the next row. */
function columnOf(header: string, below: string | undefined, index: number): Column {
  const [, name, unit] =
    /^(.*?)\s*[([]\s*([^()[\]]+?)\s*[)\]]$/.exec(header) ?? /^(.+)[_\s]([munµμ]?(?:V|s|sec))$/i.exec(header) ?? [];
  const stated = below?.replace(/^[([]|[)\]]$/g, '').trim() || unit;
  const known =
    stated !== undefined && (millivoltsPer(stated) !== undefined || /^(?:m|u|µ|n)?s(?:ec)?/i.test(stated) || below);
  return { name: unit !== undefined && known ? name : header, unit: known ? stated : undefined, index };
}

/** Every cell as a number, by column; `h:mm:ss.mmm` in seconds, a missing one NaN. */
function numbersOf(
  table: TextTable,
  first: number,
  columns: readonly Column[],
  options: EcgFileOptions,
): Float64Array[] {
  const { rows, lines, decimalComma } = table;
  const cells = columns.map(() => new Float64Array(rows.length - first));
  for (let r = first; r < rows.length; r++) {
    const row = rows[r];
    if (row.length !== columns.length) {
      fail(options, `line ${lines[r]}: ${row.length} cells, expected ${columns.length} as in line ${lines[first]}.`);
    }
    for (let c = 0; c < row.length; c++) {
      const cell = row[c];
      let value = cell === '' ? NaN : Number(decimalComma ? cell.replace(',', '.') : cell);
      if (Number.isNaN(value) && clock.test(cell))
        value = cell.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
      else if (!Number.isFinite(value) && !missing.test(cell)) {
        const column = columns[c].name ? `column \`${columns[c].name}\`` : `column ${c + 1}`;
        fail(options, `line ${lines[r]}, ${column}: ${JSON.stringify(cell.slice(0, 40))} is no number.`);
      }
      cells[c][r - first] = value;
    }
  }
  return cells;
}

const isNumber = (cell: string, { decimalComma }: TextTable): boolean =>
  plainNumber.test(cell) || missing.test(cell) || (decimalComma && commaNumber.test(cell));

/** The rate in a comment such as `# Sampling Rate (Hz):= 1000.00`. */
function rateIn(comments: readonly string[]): number | undefined {
  for (const comment of comments) {
    const found = /\b(?:sampl\w*[\s_-]*(?:rate|freq\w*)|fs)\b[^\d]*([\d.]+)\s*(kHz)?/i.exec(comment);
    if (found && Number(found[1]) > 0) return Number(found[1]) * (found[2] ? 1000 : 1);
  }
  return undefined;
}
