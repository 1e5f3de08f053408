import type { Evaluation } from '@cardio/eval';
import type { RunEvaluation } from '@cardio/experiment';

/** Rows of cells as aligned columns; numbers to the right. The first row is the heading. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map(String));
  const widths = texts[0].map((_, column) => Math.max(...texts.map((row) => row[column].length)));
  const right = texts[0].map((_, column) => rows.slice(1).every((row) => /^[-<\d.,%–]+$/.test(String(row[column]))));
  return texts
    .map((row) =>
      row
        .map((cell, i) => (right[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The one document of a command with `--json`: all else it says goes to standard error. */
export const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2));

/** 12345 → "12,345". */
export const count = (n: number): string => n.toLocaleString('en-US');

/** A score to three decimals, or a dash where it is not defined. */
export const score = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(3);

/** Seconds as "1 min 5 s". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${seconds < 10 ? seconds.toFixed(1) : whole} s`;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** What is printed of a run's test split: all of it together, then record by record where a record has many examples. */
export function runEvaluationText(evaluation: RunEvaluation): string {
  const perRecord = evaluation.perRecord.length > 0 ? `\n\nPer record\n${perRecordText(evaluation.perRecord)}` : '';
  const split = evaluation.split === 'test' ? 'Test' : 'Validation';
  return `${split} split, ${evaluation.checkpoint} checkpoint: ${count(evaluation.examples)} examples\n\n${evaluationText(evaluation)}${intervalsText(evaluation)}${perRecord}`;
}

/** The intervals of the summary; nothing where the patients are too few for any. */
function intervalsText({ intervals }: RunEvaluation): string {
  if (!intervals) return '';
  const { level, patients, resamples, summary } = intervals;
  const rows = Object.entries(summary).map(([name, { estimate, low, high }]) => [
    name,
    ...[estimate, low, high].map(score),
  ]);
  const heading = `${100 * level} % intervals (bootstrap of ${count(patients)} patients, ${count(resamples)} times)`;
  return `\n\n${heading}\n${table([['score', 'value', 'from', 'to'], ...rows])}`;
}

/** Scores per class, the summary, and for multi-class tasks the confusion matrix. */
export function evaluationText(evaluation: Evaluation): string {
  const classes = table([
    ['class', 'true', 'predicted', 'Se', '+P', 'F1', 'AUROC'],
    ...evaluation.perClass.map((c) => [
      c.name,
      count(c.support),
      count(c.predicted),
      score(c.sensitivity),
      score(c.positivePredictivity),
      score(c.f1),
      score(c.auroc),
    ]),
  ]);
  const summary = Object.entries(evaluation.summary)
    .map(([name, value]) => `${name} ${score(value)}`)
    .join('  ')
    .replace(/(.{1,80})(?: {2}|$)/g, '$1\n') // lines of 80 characters
    .trimEnd();
  const confusion = evaluation.confusion
    ? `\n\nConfusion matrix (rows truth, columns prediction)\n${table([
        ['', ...evaluation.classes],
        ...evaluation.confusion.map((row, i) => [evaluation.classes[i], ...row.map(count)]),
      ])}`
    : '';
  return `${classes}\n\n${summary}${confusion}${evaluation.notes.map((note) => `\n${note}`).join('')}`;
}

/** One line per record: its examples, accuracy, and of each class how many there are and its F1. */
function perRecordText(perRecord: readonly { key: string; evaluation: Evaluation }[]): string {
  const classes = perRecord[0]?.evaluation.classes ?? [];
  const rows = perRecord.map(({ key, evaluation }) => [
    key,
    count(evaluation.examples),
    score(evaluation.summary['accuracy'] ?? evaluation.summary['macroF1']),
    ...evaluation.perClass.flatMap((c) => [count(c.support), score(c.f1)]),
  ]);
  return table([['record', 'n', 'acc', ...classes.flatMap((c) => [c, 'F1'])], ...rows]);
}
