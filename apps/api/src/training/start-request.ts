import { basename, join } from 'node:path';

import { datasetFactory } from '@cardio/datasets';
import { resolveConfig, type ResolvedConfig } from '@cardio/experiment';
import { modelFactory } from '@cardio/models';

import { Problem, problemOf, type FieldError } from '../http/problem.js';
import type { ApiOptions } from '../options.js';
import { confined } from '../security/confine.js';
import { startBody, startFields, unknownField, type StartBody, type StartField } from './start-schema.js';

type Values = Record<string, unknown>;

/**
 * The configuration that a request asks for, validated by the schema that the command line uses. The service's environment stands below it.
 *
 * @throws {Problem} 400 that names each wrong field as the request does
 */
export async function requestedConfig(body: StartBody, options: ApiOptions): Promise<ResolvedConfig> {
  const dataset = named('dataset_name', () => datasetFactory.get(body.dataset_name).name);
  const model = named('model_name', () => modelFactory.get(body.model_name).name);
  const fields = startFields(dataset, model);
  const own = Object.keys(startBody.shape);
  const given = Object.entries(body).filter(([name]) => !own.includes(name));
  const unknown = given.filter(([name]) => !fields.some((field) => field.name === name));
  if (unknown.length > 0) {
    throw bad(unknown.map(([name]) => ({ field: name, message: unknownField(name, fields) })));
  }
  const values = structuredClone(body.config ?? {}) as Values;
  for (const [name, value] of given) setAt(values, pathOf(name, fields).split('.'), value);
  setAt(values, ['dataset', 'name'], dataset);
  setAt(values, ['model', 'name'], model);
  confineFiles(values, dataset, options);
  try {
    return await resolveConfig({ content: { values, origin: 'the request' }, env: below(values, options, fields) });
  } catch (error) {
    throw asRequested(error, fields);
  }
}

/** The service's own fields, and every file that a request names inside its folders. */
function confineFiles(values: Values, dataset: string, { runsDir, dataDir, allowedDirs = [] }: ApiOptions): void {
  const output = section(values, 'output');
  if (output['runsDir'] !== undefined && output['runsDir'] !== runsDir)
    refuse('config.output.runsDir', 'The service keeps its runs together.');
  output['runsDir'] = runsDir;
  const { runId } = output;
  if (runId !== undefined && (typeof runId !== 'string' || !/^\w[\w.-]{0,99}$/.test(runId))) {
    refuse(
      'run_id',
      'It takes up to 100 letters, digits, dots, dashes and underscores and begins with none but a letter, digit or underscore',
    );
  }
  if (Array.isArray(values['plugins']) ? values['plugins'].length > 0 : values['plugins'] !== undefined) {
    refuse('config.plugins', "Code can't be named in requests: start the service with TRAINING_PLUGIN");
  }
  delete values['plugins'];
  const data = section(values, 'dataset');
  const folder = join(dataDir, dataset);
  const roots = [dataDir, ...allowedDirs];
  data['dataDir'] = inside(data['dataDir'] ?? folder, roots, 'data_dir');
  if (data['storeDir'] !== undefined) data['storeDir'] = inside(data['storeDir'], roots, 'store_dir');
  if (data['labelsFile'] !== undefined) inside(data['labelsFile'], [String(data['dataDir']), ...roots], 'labels_file');
  const { from } = section(values, 'transfer');
  if (from !== undefined && from !== 'latest')
    section(values, 'transfer')['from'] = inside(from, [runsDir, ...roots], 'from');
  const { mlflow } = section(values, 'tracking');
  if (mlflow !== undefined && mlflow !== 'env') {
    refuse('mlflow', 'Requests may say `env` only, the server of MLFLOW_TRACKING_URI of the service');
  }
}

/** A path that is confined to the service's folders; what is no text is left for the schema to name. */
const inside = (given: unknown, roots: readonly string[], field: string): unknown =>
  typeof given === 'string' ? confined(given, roots, field) : given;

function section(values: Values, name: string): Values {
  const given = (values[name] ??= {});
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Values;
  return refuse(`config.${name}`, `It must hold keys and values (received ${JSON.stringify(given).slice(0, 200)})`);
}

/** The service's variables for fields that the request leaves open; those of its own, such as its tokens, are no fields. */
function below(
  values: Values,
  { env = {} }: ApiOptions,
  fields: readonly StartField[],
): Record<string, string | undefined> {
  const set = new Set(
    fields
      .filter(({ path }) => valueAt(values, path) !== undefined)
      .map(({ name }) => `TRAINING_${name.toUpperCase()}`),
  );
  const ours = ['TRAINING_RUNS_DIR', 'TRAINING_DATASET', 'TRAINING_MODEL', 'TRAINING_DATA_DIR'];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !set.has(name) && !ours.includes(name)));
}

/** An error about paths in the configuration as one about the request's fields. */
function asRequested(error: unknown, fields: readonly StartField[]): unknown {
  const { errors, status, message } = problemOf(error);
  if (status !== 400) return error;
  if (errors.length === 0) return new Problem(400, message, { code: 'config' });
  return bad(
    errors.map(({ field, message: why }) => ({
      field: fields.find(({ path }) => path === field)?.name ?? field,
      message: why.replace(/ from the request\)$/, ')'),
    })),
  );
}

const bad = (errors: readonly FieldError[]): Problem =>
  new Problem(400, `Bad body: ${errors.map(({ field, message }) => `\`${field}\`: ${message}`).join('; ')}`, {
    errors,
    code: 'config',
  });

function refuse(field: string, message: string): never {
  throw bad([{ field, message }]);
}

function named(field: string, look: () => string): string {
  try {
    return look();
  } catch (error) {
    throw bad([{ field, message: (error as Error).message }]);
  }
}

const pathOf = (name: string, fields: readonly StartField[]): string =>
  fields.find((field) => field.name === name)?.path ?? basename(name); // all were found before

function setAt(values: Values, [key, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) values[key] = value;
  else setAt(section(values, key), rest, value);
}

const valueAt = (values: Values, path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => (at as Values | undefined)?.[key], values);
