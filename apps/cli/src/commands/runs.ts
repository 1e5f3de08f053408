import {
  compareRuns,
  listRuns,
  openRun,
  showRun,
  type RunComparison,
  type RunDetails,
  type RunRow,
} from '@cardio/experiment';

import { count, duration, score, table } from '../print.js';

interface Options {
  readonly runsDir: string;
  readonly json?: boolean;
}

const columns = 80;

/** `cardio runs list` */
export function list({ runsDir, json }: Options): void {
  const rows = listRuns(runsDir);
  console.log(json ? JSON.stringify(rows, null, 2) : listText(rows));
}

/** `cardio runs show <run>` */
export function show(name: string, { runsDir, json }: Options): void {
  const details = showRun(openRun(name, runsDir));
  console.log(json ? JSON.stringify(details, null, 2) : showText(details));
}

/** `cardio runs compare <run> <run> …` */
export async function compare(names: readonly string[], { runsDir, json }: Options): Promise<void> {
  const comparison = await compareRuns(names.map((name) => openRun(name, runsDir)));
  console.log(json ? JSON.stringify(comparison, null, 2) : compareText(comparison));
}

/** One line of 80 columns a run, its id below where it does not fit. */
export function listText(rows: readonly RunRow[]): string {
  const lines = rows.map((row) => [
    row.started.slice(0, 16).replace('T', ' '),
    shortened(row.dataset, 12),
    shortened(row.model, 15),
    row.state === 'unfinished' ? `epoch ${row.epochs.done}/${row.epochs.most}` : row.state,
    score(row.validation?.value),
    score(row.test?.value),
  ]);
  const [head, ...body] = table([['started (UTC)', 'dataset', 'model', 'state', 'val', 'test'], ...lines]).split('\n');
  const scores = new Set(rows.flatMap(({ validation }) => validation?.name ?? []));
  return [
    head,
    ...body.flatMap((line, i) => [line, `  ${rows[i].id}`]),
    '',
    `val: best validation score${scores.size > 0 ? ` (${[...scores].join(', ')})` : ''}; test: the same score on the test split.`,
  ].join('\n');
}

function showText({ config, manifest, history, files, ...row }: RunDetails): string {
  const facts: [string, string][] = [
    ['run', row.dir],
    ['started', row.started],
    ['state', `${row.state}, ${row.epochs.done} of at most ${row.epochs.most} epochs`],
    ...(manifest
      ? ([
          ['dataset', `${manifest.dataset.name} ${manifest.dataset.version}, task ${manifest.task.name}`],
          ['data hash', manifest.dataset.hash],
          ...Object.entries(manifest.dataset.examples).map(([split, size]) => [
            `  ${split}`,
            `${count(size)} examples of ${count(manifest.dataset.patients[split])} patients`,
          ]),
          [
            'input',
            `${manifest.window.samples} samples of ${manifest.window.leads.length} leads at ${manifest.window.sampleRateHz} Hz`,
          ],
          ['model', `${manifest.model.name}, ${count(manifest.model.parameters)} parameters`],
          ['engine', `${manifest.engine.name}, seed ${manifest.seed}`],
          ['code', `${manifest.code.version}, commit ${manifest.code.commit ?? 'unknown'}`],
          ['machine', `${manifest.machine.cores} cores (${manifest.machine.cpu}), Node ${manifest.machine.node}`],
        ] as [string, string][])
      : ([
          ['dataset', row.dataset],
          ['model', row.model],
        ] as [string, string][])),
    [
      'training',
      `batch ${config.training.batchSize}, ${config.training.optimizer}, rate ${config.training.learningRate}`,
    ],
    ...(row.validation
      ? ([['validation', `${row.validation.name} ${score(row.validation.value)} in epoch ${row.validation.epoch}`]] as [
          string,
          string,
        ][])
      : []),
    ...(row.test ? ([['test', `${row.test.name} ${score(row.test.value)}`]] as [string, string][]) : []),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const monitor = row.validation?.name ?? 'loss';
  const epochs = history.map(({ epoch, train, validation, best, seconds }) => [
    epoch,
    score(train.loss),
    score(validation?.['loss']),
    ...(monitor === 'loss' ? [] : [score(validation?.[monitor])]),
    duration(seconds),
    best ? '*' : '',
  ]);
  const heading = ['epoch', 'loss', 'val loss', ...(monitor === 'loss' ? [] : [`val ${monitor}`]), 'time', ''];
  return [
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    ...(epochs.length > 0 ? ['', table([heading, ...epochs])] : []),
    '',
    table([['file', 'bytes'], ...files.map(({ path, bytes }) => [path, count(bytes)])]),
  ].join('\n');
}

/** Runs are numbered, so that their ids need no column. */
export function compareText({ runs, config, scores, sameData, sameTest }: RunComparison): string {
  const numbers = runs.map((_, i) => `[${i + 1}]`);
  const room = Math.max(8, Math.floor((columns - 26) / runs.length) - 2);
  const cell = (value: unknown): string =>
    shortened(value === null ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value), room);
  return [
    ...runs.map(({ dir, dataset, model, state }, i) => `${numbers[i]} ${dir}: ${dataset}, ${model}, ${state}`),
    '',
    table([
      ['test split', ...numbers],
      ...scores.map(({ name, values }) => [name, ...values.map(score)]),
      ['(validation)', ...runs.map(({ validation }) => score(validation?.value))],
    ]),
    '',
    ...(config.length > 0
      ? [table([['differs', ...numbers], ...config.map(({ path, values }) => [path, ...values.map(cell)])])]
      : ['The configurations are the same.']),
    '',
    sameData
      ? 'All were made of the same data (equal hashes).'
      : 'They were NOT made of the same data (hashes differ).',
    sameTest === null
      ? 'Whether they were tested on the same rows is not known: not all were evaluated.'
      : sameTest
        ? 'All were tested on the same rows. Do they differ by more than chance?\n  cardio evaluate <run> --compare <run>'
        : 'They were NOT tested on the same rows: scores say little about which is better.',
  ].join('\n');
}

const shortened = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;
