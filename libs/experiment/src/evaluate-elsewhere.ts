import { join } from 'node:path';

import { CardioError, stableJson } from '@cardio/core';
import { datasetFactory, signalFields, type EcgDataset, type PreparationStep } from '@cardio/datasets';
import type { z } from 'zod';

import { evaluateRun, type RunEvaluation } from './evaluate.js';
import { fieldsOf } from './fields.js';
import type { Manifest } from './manifest.js';
import type { ExperimentObserver } from './observer.js';
import { createDataset } from './parts.js';
import { loadPlugins } from './plugins.js';
import { readJson, type Run } from './run-folder.js';
import { experimentSchema, type ExperimentConfig } from './schema.js';
import { standardisedAs } from './standardised-as.js';

/** The evaluation of a run on a dataset that it was not trained on. */
export interface ElsewhereEvaluation extends RunEvaluation {
  /** What it was evaluated on. */
  readonly dataset: { readonly name: string; readonly version: string; readonly hash: string };
  /** Fields of the dataset's configuration. */
  readonly config: ExperimentConfig['dataset'];
}

/** The folder in which the evaluation of a run on another dataset is kept, beside the run's own. */
export const elsewhereDir = (run: Pick<Run, 'dir'>, dataset: string): string => join(run.dir, 'evaluations', dataset);

/**
 * Evaluates a run on the test split of another dataset, prepared as the run's data was, its standardisation included. The results are written beside
 * the run's own, in `evaluations/<dataset>`.
 *
 * @param flags of the dataset, by name without dashes; what they don't say of the signal (rate, length, leads, filter, task) is taken from the run
 * @throws {CardioError} `usage` where classes, leads, rate, length or preparation are not those of the run
 */
export async function evaluateElsewhere(
  run: Run,
  { dataset: name, flags }: { readonly dataset: string; readonly flags: Readonly<Record<string, string>> },
  observer: Pick<ExperimentObserver, 'onReading' | 'onDataset'> = {},
): Promise<{ readonly evaluation: ElsewhereEvaluation; readonly dir: string }> {
  await loadPlugins(run.config.plugins);
  const known = datasetFactory.get(name).name;
  const manifest = readJson<Manifest>(run, 'manifest');
  const config = elsewhereConfig(run, known, flags);
  const loaded = await createDataset({ ...run.config, dataset: config }, observer.onReading);
  assertFits(manifest, loaded);
  const dataset = withNote(standardisedAs(loaded, manifest.preparation), manifest);
  const dir = elsewhereDir(run, known);
  const evaluation = await evaluateRun(run, observer, {
    dataset,
    dir,
    extra: { dataset: { name: dataset.name, version: dataset.version, hash: dataset.hash }, config },
  });
  return { evaluation: evaluation as ElsewhereEvaluation, dir }; // with what `extra` says
}

/** What of a dataset's configuration decides the shape of a model's input and its classes. */
const carried = new Set([
  ...['task', 'sampleRateHz', 'seconds', 'leads', 'lead', 'cropSeconds', 'aggregate'],
  ...Object.keys(signalFields),
]);
const places = ['name', 'dataDir', 'storeDir'];

function elsewhereConfig(run: Run, name: string, flags: Readonly<Record<string, string>>): ExperimentConfig['dataset'] {
  const schema = experimentSchema(name, run.config.model.name);
  const { shape } = schema.shape.dataset as z.ZodObject;
  const own = run.config.dataset;
  const same = own.name === name;
  const taken = Object.entries(own).filter(
    ([field, value]) =>
      !places.includes(field) &&
      (same || carried.has(field)) &&
      (shape[field] as z.ZodType | undefined)?.safeParse(value).success,
  );
  const fields = fieldsOf(schema).filter(({ path }) => path.startsWith('dataset.') && path !== 'dataset.name');
  const given = Object.entries(flags).map(([flag, text]) => {
    const field = fields.find((one) => one.flag === flag);
    if (!field) throw new CardioError('usage', `\`--${flag}\` is no option of the dataset ${name}.`);
    return [field.path.slice('dataset.'.length), field.parse(text)] as const;
  });
  const values = Object.fromEntries([...taken, ...given]);
  return { ...values, name, dataDir: String(values['dataDir'] ?? join('datasets', name)) };
}

/** Names everything that does not fit at once. */
function assertFits(manifest: Manifest, other: EcgDataset): void {
  const { task, window, features, preparation, dataset } = manifest;
  const list = (names: readonly string[]): string => names.join(', ') || 'none';
  const rows: readonly (readonly [what: string, own: string, others: string])[] = [
    ['classes', list(task.classes), list(other.task.classes)],
    ['kind of task', task.kind, other.task.kind],
    ['leads', list(window.leads), list(other.window.leads)],
    ['rate', `${window.sampleRateHz} Hz`, `${other.window.sampleRateHz} Hz`],
    ['length', `${window.samples} samples`, `${other.window.samples} samples`],
    ['features', list(features), list(other.features)],
    ['preparation', decisive(preparation.steps), decisive(other.preparation.steps)],
  ];
  const wrong = rows.filter(([, own, others]) => own !== others);
  if (wrong.length === 0) return;
  throw new CardioError(
    'usage',
    `The run ${manifest.id}, trained on ${dataset.name}, can't be evaluated on ${other.name}: ` +
      wrong.map(([what, own, others]) => `the ${what} of the run ${isAre(what)} ${own}, there ${others}`).join('; ') +
      '. Give the options of the dataset that make them the same; where the classes differ, train the run with a task that both have, such as ' +
      '`--task common` of ptbxl and cpsc2018.',
  );
}

const isAre = (what: string): string => (what.endsWith('s') ? 'are' : 'is');

/** Steps that change values; leads, rate and length are compared by themselves, and the standardisation is the run's. */
const decisive = (steps: readonly PreparationStep[]): string =>
  steps
    .filter(({ step }) =>
      ['clip', 'filter', 'normalise', 'median-baseline', 'beat-windows', 'beat-sequences'].includes(step),
    )
    .map((step) => stableJson(step))
    .join(', ') || 'none of its steps';

function withNote(dataset: EcgDataset, { dataset: trainedOn }: Manifest): EcgDataset {
  const notes = [
    `Trained on ${trainedOn.name} ${trainedOn.version}, evaluated on the test split of ${dataset.name} ${dataset.version}; standardised as in training.`,
    ...(dataset.name === trainedOn.name && dataset.hash !== trainedOn.hash
      ? [
          'It is the dataset that the run was trained on in another form: whether patients tested here were trained on was not looked at.',
        ]
      : []),
  ];
  return { ...dataset, report: { ...dataset.report, notes: [...notes, ...dataset.report.notes] } };
}
