import { CardioError } from '@cardio/core';
import type { Task } from '../dataset.js';
import type { FolderConfig } from './config.js';
import type { CellValue } from './expressions.js';
import { assertColumn, folderColumn, type FolderRow, type FolderTable } from './table.js';

/** What each row is labelled as. */
interface FolderLabels {
  readonly task: Task;
  /** By row: the numbers of its classes, or `undefined` where a cell that decides is missing. */
  readonly labels: readonly (readonly number[] | undefined)[];
  /** Why rows are without labels, for the report. */
  readonly notes: readonly string[];
}

/** The answer to each label for one row, `undefined` for not known. */
type Answers = (row: FolderRow, index: number) => readonly (boolean | undefined)[];

/**
 * Labels rows by a class column, by columns of 0 and 1, or by expressions; rows of a folder without a table by their folder.
 *
 * @throws {CardioError} `config` for none or more than one of these, unknown columns and wrong expressions; `data` for cells that are no label
 */
export async function labelRows(table: FolderTable, config: FolderConfig): Promise<FolderLabels> {
  const { classColumn, labelColumns, labels } = config;
  const given = Object.entries({ classColumn, labelColumns, labels }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    throw new CardioError('config', `State one of ${given.map(([name]) => `\`${name}\``).join(' and ')}, not both.`);
  }
  if (labels) return multiLabel(table, Object.keys(labels), await byExpressions(table, labels, config));
  if (labelColumns) return multiLabel(table, labelColumns, byColumns(table, labelColumns, config));
  const column =
    classColumn ?? (table.columns.length === 1 && table.columns[0] === folderColumn ? folderColumn : undefined);
  if (column !== undefined) return multiClass(table, column, config);
  throw new CardioError(
    'config',
    `Which column of ${config.labelsFile} has the labels? State \`classColumn\`, \`labelColumns\` or \`labels\`. ` +
      `Columns: ${table.columns.join(', ')}.`,
  );
}

function multiClass(table: FolderTable, column: string, config: FolderConfig): FolderLabels {
  assertColumn(column, table.columns, 'classColumn', config.labelsFile);
  const values = table.rows.map(({ cells }) => cells.get(column));
  const known = values.filter((value) => value !== undefined);
  const classes = config.classes ?? [...new Set(known)].sort();
  if (classes.length < 2) {
    throw new CardioError(
      'data',
      `Column \`${column}\` has ${classes.length === 1 ? `the one class \`${classes[0]}\`` : 'no class'}: at least two are needed.`,
    );
  }
  const others = known.filter((value) => !classes.includes(value)).length;
  return {
    task: { name: column, kind: 'multi-class', classes },
    labels: values.map((value) =>
      value !== undefined && classes.includes(value) ? [classes.indexOf(value)] : undefined,
    ),
    notes: [
      ...leftOut(values.length - known.length, values.length, `column \`${column}\` is empty`),
      ...leftOut(others, values.length, `their class is none of ${classes.join(', ')}`),
    ],
  };
}

function multiLabel({ rows }: FolderTable, classes: readonly string[], answersOf: Answers): FolderLabels {
  const unknown = new Map<string, number>();
  const labels = rows.map((row, index) => {
    const answers = answersOf(row, index);
    const missing = classes.filter((_, k) => answers[k] === undefined);
    for (const name of missing) unknown.set(name, (unknown.get(name) ?? 0) + 1);
    return missing.length > 0 ? undefined : classes.flatMap((_, k) => (answers[k] ? [k] : []));
  });
  const counts = [...unknown].map(([name, count]) => `${name} (${count})`).join(', ');
  const without = labels.filter((one) => one === undefined).length;
  return {
    task: { name: 'labels', kind: 'multi-label', classes },
    labels,
    notes: leftOut(without, rows.length, `cells are missing that decide ${counts}`),
  };
}

function byColumns(table: FolderTable, names: readonly string[], config: FolderConfig): Answers {
  for (const name of names) assertColumn(name, table.columns, 'labelColumns', config.labelsFile);
  return ({ cells, place }) =>
    names.map((name) => {
      const cell = cells.get(name);
      if (cell === undefined) return undefined;
      if (/^(?:1|1\.0|true|yes)$/i.test(cell)) return true;
      if (/^(?:0|0\.0|false|no)$/i.test(cell)) return false;
      throw new CardioError('data', `${place}: \`${name}\` is \`${cell}\`, expected 0 or 1 (or no, yes, false, true).`);
    });
}

async function byExpressions(
  table: FolderTable,
  labels: Readonly<Record<string, string>>,
  config: FolderConfig,
): Promise<Answers> {
  // mathjs takes a second to load: only who uses it waits.
  const { createExpressionLanguage } = await import('./expressions.js');
  const language = createExpressionLanguage();
  const units = config.columnUnits ?? {};
  for (const name of Object.keys(units)) assertColumn(name, table.columns, 'columnUnits', config.labelsFile);
  // `Heart rate` is written Heart_rate.
  const columns = new Map(table.columns.map((name): [string, string] => [name.replace(/^(?=\d)|\W+/gu, '_'), name]));
  const expressions = Object.entries(labels).map(([label, text]) =>
    language.compile(text, [...columns.keys()], `label \`${label}\``),
  );
  const needed = new Set(expressions.flatMap((expression) => expression.columns));
  const valueOf = new Map([...needed].map((name) => [name, reader(columns.get(name) ?? name)]));

  /** Numbers where every cell of the column is one. */
  function reader(name: string): (row: FolderRow) => CellValue | undefined {
    const text = table.rows.find(({ cells }) => Number.isNaN(Number(cells.get(name) ?? 0)));
    const unit = Object.hasOwn(units, name) ? units[name] : undefined;
    if (unit !== undefined && text) {
      throw new CardioError(
        'data',
        `${text.place}: \`${name}\` is \`${text.cells.get(name)}\`, expected a number of ${unit}.`,
      );
    }
    return ({ cells }) => {
      const cell = cells.get(name);
      if (cell === undefined || text) return cell;
      return unit === undefined ? Number(cell) : language.quantity(Number(cell), unit);
    };
  }

  return (row) => {
    const values = new Map([...needed].map((name) => [name, valueOf.get(name)?.(row)]));
    const known = new Map(
      [...values].flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    );
    return expressions.map((expression) =>
      expression.columns.every((name) => known.has(name)) ? expression.holds(known) : undefined,
    );
  };
}

const leftOut = (count: number, of: number, why: string): string[] =>
  count === 0 ? [] : [`${count} of ${of} records are left out: ${why}.`];
