import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { CardioError } from '@cardio/core';
import { datasetFactory } from '@cardio/datasets';
import { modelFactory } from '@cardio/models';

const loaded = new Set<string>();

/**
 * Registers the models and datasets of a user's own modules. A module exports `models` and / or `datasets`: arrays of definitions.
 *
 * @example
 * // mine.js
 * export const models = [{ name: 'my_net', description: '…', config: z.strictObject({ …inputFields }), create: (config) => … }];
 */
export async function loadPlugins(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const url = pathToFileURL(resolve(path)).href;
    if (loaded.has(url)) continue;
    let plugin: { models?: unknown; datasets?: unknown };
    try {
      plugin = (await import(url)) as typeof plugin;
    } catch (cause) {
      throw new CardioError('not-found', `Can't load the plugin \`${path}\`: ${(cause as Error).message}`, { cause });
    }
    const models = definitions(plugin.models, path, 'models');
    const datasets = definitions(plugin.datasets, path, 'datasets');
    if (models.length + datasets.length === 0) {
      throw new CardioError(
        'config',
        `The plugin \`${path}\` exports neither \`models\` nor \`datasets\` (arrays of definitions).`,
      );
    }
    // The shape was checked just now; what `create` returns shows when it is called.
    for (const definition of models) modelFactory.register(definition as never);
    for (const definition of datasets) datasetFactory.register(definition as never);
    loaded.add(url);
  }
}

function definitions(value: unknown, path: string, key: string): unknown[] {
  if (value === undefined) return [];
  const list = Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
  const whole = list.every(
    (d) =>
      typeof d?.['name'] === 'string' &&
      typeof d['create'] === 'function' &&
      typeof d['config'] === 'object' &&
      d['config'] !== null &&
      'shape' in d['config'],
  );
  if (!Array.isArray(value) || !whole) {
    throw new CardioError(
      'config',
      `\`${key}\` of the plugin \`${path}\` must be an array of { name, description, config: a zod object, create }.`,
    );
  }
  return list;
}
