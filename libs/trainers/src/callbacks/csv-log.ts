import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { TrainerCallback } from '../callbacks.js';
import type { EpochRecord } from '../history.js';
import { scalarsOf } from './scalars.js';

/**
 * Writes a table such as `metrics.csv` with a row per epoch: `epoch`, `step`, `seconds`, `best` and what `scalarsOf` says. A score that an
 * epoch lacks is an empty cell, one that comes later a new column, so the file is written whole each time, from the trainer's history: a
 * resumed run has every epoch once.
 *
 * @example
 * new ClassificationTrainer(model, { …, callbacks: [csvLog('runs/a/metrics.csv')] });
 */
export function csvLog(path: string): TrainerCallback {
  let records: readonly EpochRecord[] = [];
  return {
    async onTrainBegin({ history }) {
      records = history;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, csvOf(records));
    },
    async onEpochEnd({ record }) {
      records = [...records, record];
      await writeFile(path, csvOf(records));
    },
  };
}

/** The table as text, by RFC 4180 but for its line ends, which are `\n`. */
export function csvOf(records: readonly EpochRecord[]): string {
  const rows = records.map((record): Record<string, unknown> => {
    const { epoch, step, seconds, best } = record;
    return { epoch, step, seconds, best, ...scalarsOf(record) };
  });
  const columns = [...new Set(['epoch', 'step', 'seconds', 'best', ...rows.flatMap((row) => Object.keys(row))])];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  return lines.map((cells) => `${cells.map(cell).join(',')}\n`).join('');
}

const cell = (value: unknown): string => {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
