import { suggestion } from '@cardio/core';
import { datasetFactory } from '@cardio/datasets';
import { allFields, experimentSchema, fieldsOf } from '@cardio/experiment';
import { modelFactory } from '@cardio/models';
import { z } from 'zod';

import { snakeCase } from '../http/case.js';

/** What the service decides, and requests may not. */
const ownPaths = ['output.runsDir', 'plugins', 'dataset.name', 'model.name'];

/** One field of an experiment as requests name it. */
export interface StartField {
  /** The flag's name with underscores: `batch_size`. */
  readonly name: string;
  /** Dotted path in the configuration: `training.batchSize`. */
  readonly path: string;
  readonly schema: object;
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
}

/** The fields of an experiment with one dataset and one model, which are the flags of `cardio train`. */
export function startFields(datasetName: string, modelName: string): StartField[] {
  const experiment = experimentSchema(datasetName, modelName);
  const root = z.toJSONSchema(experiment, { io: 'input', unrepresentable: 'any' }) as Node;
  return fieldsOf(experiment)
    .filter(({ path }) => !ownPaths.includes(path))
    .map(({ path, flag }) => ({
      name: snakeCase(flag),
      path,
      schema: path.split('.').reduce<Node>((node, key) => node.properties?.[key] ?? {}, root),
    }));
}

/** The fields of requests that are no fields of an experiment. */
export const startBody = z
  .object({
    model_name: z.string().min(1).max(100).describe('One of `GET /models`.'),
    dataset_name: z.string().min(1).max(100).describe('One of `GET /datasets`.'),
    num_classes: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .describe('How many classes the caller expects. They come from the dataset, and status tells them.'),
    input_channels: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('How many leads the caller expects. They come from the dataset, and status tells them.'),
    priority: z.int().min(-1000).max(1000).optional().describe('Jobs of a higher one begin earlier. Default 0.'),
    config: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        "A configuration as `cardio train --config` takes it, or a run's `config`; fields beside it go before.",
      ),
  })
  .catchall(z.unknown())
  .describe(
    'Any field of an experiment besides, named as its flag of `cardio train` with underscores: batch_size, epochs, learning_rate, seed, engine … ' +
      '`GET /training/schema` lists them.',
  );
export type StartBody = z.output<typeof startBody>;

/** The JSON Schema of a start with one dataset and one model, for forms. */
export function startJsonSchema(datasetName: string, modelName: string): object {
  const [dataset, model] = [datasetFactory.get(datasetName).name, modelFactory.get(modelName).name];
  const { $schema: _, ...base } = z.toJSONSchema(startBody, { io: 'input' });
  const fields = startFields(dataset, model).map(({ name, path, schema }) => [
    name,
    { ...schema, 'x-path': path, 'x-group': path.includes('.') ? path.split('.')[0] : 'experiment' },
  ]);
  return {
    ...base,
    properties: {
      ...base.properties,
      model_name: { const: model },
      dataset_name: { const: dataset },
      ...Object.fromEntries(fields),
    },
    additionalProperties: false,
  };
}

/** Says why a name is no field of an experiment with this dataset and this model. */
export function unknownField(name: string, fields: readonly StartField[]): string {
  const owner = allFields().find(({ field }) => snakeCase(field.flag) === name)?.owner;
  const known = [...Object.keys(startBody.shape), ...fields.map((field) => field.name)];
  return owner === undefined || owner === 'experiment'
    ? `It is not a known key. ${suggestion(name, known)}`
    : `It is a field of ${owner}, which this experiment does not use.`;
}
