import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { CardioError, suggestion, validate } from '@cardio/core';
import { datasetFactory } from '@cardio/datasets';
import { modelFactory } from '@cardio/models';
import { parse as parseYaml } from 'yaml';

import { fieldsOf, type Field } from './fields.js';
import { loadPlugins } from './plugins.js';
import { experimentSchema, type ExperimentConfig } from './schema.js';

/** Where values come from; an earlier source wins over a later one: flags, environment, `.env`, file, defaults. */
export interface ConfigSources {
  /** Texts by flag name without dashes (`batch-size`), or by dotted path (`training.batchSize`). */
  readonly flags?: Readonly<Record<string, string>>;
  /** Usually `process.env`; only `TRAINING_*` is read. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder whose `.env` is read, if it has one. */
  readonly folder?: string;
  /** A JSON or YAML file with the configuration's own structure. */
  readonly file?: string | undefined;
  /** What a file would hold, already read, and where it came from; in place of `file`. */
  readonly content?: { readonly values: Readonly<Record<string, unknown>>; readonly origin: string } | undefined;
  /** What it is for; pre-training, and training from another run, have other defaults. Default `train`. */
  readonly purpose?: 'train' | 'pretrain';
}

/** A validated configuration and where each of its values was set. */
export interface ResolvedConfig {
  readonly config: ExperimentConfig;
  /** One row per field, in the configuration's order. */
  readonly rows: readonly { readonly path: string; readonly value: unknown; readonly origin: string }[];
  readonly warnings: readonly string[];
}

interface Setting {
  readonly value: unknown;
  readonly origin: string;
}

/** `TRAINING_*` variables that belong to the service, not to an experiment. */
const serviceVariables = [
  ...['TRAINING_API_TOKEN', 'TRAINING_MAX_CONCURRENT_JOBS', 'TRAINING_HOST', 'TRAINING_PORT', 'TRAINING_DATABASE_URL'],
  ...['TRAINING_DATASETS_DIR', 'TRAINING_ARTIFACTS', 'TRAINING_ALLOW_ORIGIN'],
];

/**
 * Puts a configuration together from all its sources and validates it; plugins that it names are loaded first.
 *
 * @throws CardioError `usage` or `config`: which value, what was received and where it was set, and the nearest known name
 */
export async function resolveConfig(sources: ConfigSources): Promise<ResolvedConfig> {
  const texts = [
    ...Object.entries(sources.flags ?? {}).map(
      ([name, text]) => ({ kind: 'flag', name, text, origin: `--${name}` }) as const,
    ),
    ...Object.entries(sources.env ?? {}).flatMap(([name, text]) =>
      name.startsWith('TRAINING_') && text !== undefined ? [{ kind: 'env', name, text, origin: name } as const] : [],
    ),
    ...Object.entries(readDotEnv(sources.folder)).flatMap(([name, text]) =>
      name.startsWith('TRAINING_') && text !== undefined
        ? [{ kind: 'env', name, text, origin: `${name} in .env` } as const]
        : [],
    ),
  ];
  const file = sources.content?.values ?? (sources.file === undefined ? {} : readConfigFile(sources.file));
  const fileName = sources.content?.origin ?? sources.file ?? '';
  const plugins =
    texts.find(({ name }) => name === 'plugin' || name === 'TRAINING_PLUGIN')?.text.split(',') ?? file['plugins'];
  await loadPlugins(Array.isArray(plugins) ? plugins.map(String) : []);
  const given = (flag: string, env: string, section: string): string | undefined =>
    texts.find((t) => t.name === flag || t.name === env || t.name === `${section}.name`)?.text ?? nameIn(file[section]);

  const dataset = known(datasetFactory, given('dataset', 'TRAINING_DATASET', 'dataset'), '--dataset');
  const model = known(modelFactory, given('model', 'TRAINING_MODEL', 'model'), '--model');
  const schema = experimentSchema(dataset, model);
  const fields = fieldsOf(schema);

  const settings = new Map<string, Setting>([
    ['dataset.dataDir', { value: join('datasets', dataset), origin: 'default' }],
  ]);
  const raw = structuredClone(file);
  for (const [path, value] of leavesOf(file)) settings.set(path, { value, origin: fileName });
  const warnings: string[] = [];
  for (const { kind, name, text, origin } of [...texts].reverse()) {
    const field = fields.find((f) => (kind === 'flag' ? f.flag === name || f.path === name : f.env === name));
    if (field) settings.set(field.path, { value: field.parse(text), origin });
    else if (kind === 'flag') throw new CardioError('usage', unknownFlag(name, fields));
    else if (elsewhere('env', name))
      warnings.push(`${origin} does not apply to ${dataset} with ${model} and is ignored.`);
    else if (!serviceVariables.includes(name)) {
      throw new CardioError(
        'usage',
        `Unknown variable \`${origin}\`. ${suggestion(
          name,
          fields.map((f) => f.env),
        )}`,
      );
    }
  }
  for (const [path, value] of Object.entries(purposeDefaults(sources.purpose ?? 'train', settings))) {
    if (!settings.has(path)) settings.set(path, { value, origin: 'default' });
  }
  settings.set('dataset.name', { value: dataset, origin: settings.get('dataset.name')?.origin ?? 'default' });
  settings.set('model.name', { value: model, origin: settings.get('model.name')?.origin ?? 'default' });
  for (const [path, { value }] of settings) setAt(raw, path.split('.'), value);

  // The schema is built from definitions at run time; its static counterpart is ExperimentConfig.
  const config = validate(
    schema,
    raw,
    'the experiment',
    (path) => settings.get(path)?.origin,
  ) as unknown as ExperimentConfig;
  const rows = fields.map(({ path }) => ({
    path,
    value: valueAt(config, path),
    origin: settings.get(path)?.origin ?? 'default',
  }));
  const sections = ['dataset', 'augmentation', 'model', 'training', 'pretraining', 'transfer', 'output'];
  const order = [...sections, 'engine', 'device', 'precision', 'seed', 'plugins'];
  rows.sort((a, b) => order.indexOf(a.path.split('.')[0]) - order.indexOf(b.path.split('.')[0]));
  return { config, rows, warnings };
}

/** Defaults beside the schema's: those of BEiT for pre-training, and for fine-tuning what was pre-trained. */
function purposeDefaults(
  purpose: 'train' | 'pretrain',
  settings: ReadonlyMap<string, Setting>,
): Readonly<Record<string, unknown>> {
  const epochs = Number(settings.get('training.epochs')?.value ?? 100);
  const course =
    settings.has('training.schedule') && settings.get('training.schedule')?.value !== 'cosine'
      ? {}
      : { 'training.schedule': 'cosine', 'training.warmupEpochs': Math.min(10, epochs / 10) };
  if (purpose === 'pretrain') {
    const numbers = { 'training.learningRate': 1e-3, 'training.weightDecay': 0.05, 'training.patience': 0 };
    return { ...course, ...numbers };
  }
  return settings.get('transfer.from')?.value === undefined ? {} : { ...course, 'training.layerDecay': 0.75 };
}

/** The fields of every registered dataset and model with whose they are, and those of all experiments (owner `experiment`). */
export function allFields(): { owner: string; field: Field }[] {
  const [anyDataset, anyModel] = [datasetFactory.names[0], modelFactory.names[0]];
  const own = (section: string, dataset: string, model: string): { owner: string; field: Field }[] =>
    fieldsOf(experimentSchema(dataset, model))
      .filter(({ path }) => path.startsWith(`${section}.`))
      .map((field) => ({ owner: `${section} ${section === 'dataset' ? dataset : model}`, field }));
  return [
    ...fieldsOf(experimentSchema(anyDataset, anyModel))
      .filter(({ path }) => !/^(dataset|model)\./.test(path))
      .map((field) => ({ owner: 'experiment', field })),
    ...datasetFactory.names.flatMap((name) => own('dataset', name, anyModel)),
    ...modelFactory.names.flatMap((name) => own('model', anyDataset, name)),
  ];
}

const elsewhere = (key: 'flag' | 'env', name: string): string | undefined =>
  allFields().find(({ field }) => field[key] === name)?.owner;

function unknownFlag(name: string, fields: readonly Field[]): string {
  const owner = elsewhere('flag', name);
  if (owner) return `\`--${name}\` is an option of ${owner}, which this experiment does not use.`;
  return `Unknown option \`--${name}\`. ${suggestion(
    name,
    fields.map((f) => f.flag),
  )}`;
}

function known(
  factory: { kind: string; names: string[]; get(name: string): { name: string } },
  name: string | undefined,
  flag: string,
): string {
  if (name !== undefined) return factory.get(name).name;
  throw new CardioError('usage', `Which ${factory.kind}? Name one with ${flag}. Known: ${factory.names.join(', ')}.`);
}

function readDotEnv(folder: string | undefined): Record<string, string | undefined> {
  const path = folder === undefined ? undefined : join(folder, '.env');
  return path !== undefined && existsSync(path) ? (parseEnv(readFileSync(path, 'utf8')) as Record<string, string>) : {};
}

/** Reads a JSON or YAML configuration file; JSON is YAML. */
export function readConfigFile(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CardioError('not-found', `Can't read the configuration file \`${path}\`: ${(cause as Error).message}`, {
      cause,
    });
  }
  try {
    const value: unknown = parseYaml(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Error('it must hold keys and values');
    return value as Record<string, unknown>;
  } catch (cause) {
    throw new CardioError('config', `\`${path}\` is not a JSON or YAML configuration: ${(cause as Error).message}`, {
      cause,
    });
  }
}

const nameIn = (section: unknown): string | undefined => {
  const name = (section as { name?: unknown } | undefined)?.name;
  return typeof name === 'string' ? name : undefined;
};

/** Paths and values of a nested object, two levels deep as the configuration is. */
function leavesOf(file: Record<string, unknown>): [string, unknown][] {
  return Object.entries(file).flatMap(([key, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([name, leaf]): [string, unknown] => [`${key}.${name}`, leaf])
      : [[key, value]],
  );
}

function setAt(target: Record<string, unknown>, [key, ...rest]: string[], value: unknown): void {
  if (rest.length === 0) target[key] = value;
  else setAt((target[key] ??= {}) as Record<string, unknown>, rest, value);
}

const valueAt = (config: object, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], config);
