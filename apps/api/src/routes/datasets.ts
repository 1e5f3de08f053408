import { existsSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

import { datasetFactory, downloadSources, type DatasetCard } from '@cardio/datasets';
import { modelFactory } from '@cardio/models';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { filePath, sendFile } from '../http/send-file.js';
import { addRoute, found } from '../http/route.js';
import type { ApiOptions } from '../options.js';
import { sectionSchema } from './models.js';

const datasetRow = z.object({
  name: z.string(),
  description: z.string(),
  card: z.object({
    ...{ title: z.string(), version: z.string(), url: z.string(), licence: z.string(), citation: z.string() },
  }),
  present: z.boolean().describe('Whether its folder is there, or none is needed.'),
  download: z
    .object({
      versions: z.array(z.string()),
      non_commercial: z.boolean(),
      units: z.string(),
      subset_examples: z.array(z.string()),
    })
    .nullable()
    .describe('What `POST /datasets/{name}/download` can fetch; null where there is nothing to fetch.'),
});
export const datasetParam = z.strictObject({ name: z.string().min(1).max(100) });

/** `GET /datasets`, `GET /datasets/{name}`, its records and their files. */
export function addDatasetRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { dataDir, allowedDirs = [] } = options;
  addRoute(
    app,
    {
      ...{
        method: 'GET',
        path: '/datasets',
        role: 'viewer',
        tag: 'datasets',
        summary: 'The datasets, with licence and citation',
      },
      answers: { 200: z.object({ datasets: z.array(datasetRow) }) },
    },
    () => ({ datasets: datasetFactory.names.map((name) => rowOf(name, dataDir)) }),
  );
  addRoute(
    app,
    {
      ...{
        method: 'GET',
        path: '/datasets/{name}',
        role: 'viewer',
        tag: 'datasets',
        summary: 'One dataset with its fields',
      },
      params: datasetParam,
      answers: {
        200: datasetRow.extend({
          config_schema: z
            .record(z.string(), z.unknown())
            .describe('JSON Schema of its fields as `POST /training/start` names them.'),
        }),
      },
    },
    ({ params }) => {
      const name = nameOf(params.name);
      return { ...rowOf(name, dataDir), config_schema: sectionSchema('dataset', name, modelFactory.names[0]) };
    },
  );
  addRoute(
    app,
    {
      ...{
        method: 'GET',
        path: '/datasets/{name}/records',
        role: 'viewer',
        tag: 'datasets',
        summary: 'WFDB records of a dataset',
      },
      description:
        'Paths without extension, sorted by folder. Their files are at `/datasets/{name}/files/{path}.hea` and so on.',
      params: datasetParam,
      query: z.strictObject({
        limit: z.coerce.number().int().min(1).max(1000).default(100),
        offset: z.coerce.number().int().min(0).max(10_000).default(0),
      }),
      answers: { 200: z.object({ records: z.array(z.string()), more: z.boolean() }) },
    },
    async ({ params, query: { limit, offset } }) => {
      const records: string[] = [];
      for await (const path of headersIn(join(dataDir, nameOf(params.name)))) {
        records.push(path.slice(0, -'.hea'.length));
        if (records.length > offset + limit) break;
      }
      return { records: records.slice(offset, offset + limit), more: records.length > offset + limit };
    },
  );
  addRoute(
    app,
    {
      ...{
        method: 'GET',
        path: '/datasets/{name}/files/{*}',
        role: 'viewer',
        tag: 'datasets',
        summary: 'A file of a dataset',
      },
      params: datasetParam.extend({ '*': filePath }),
      answers: { 200: 'application/octet-stream' },
    },
    ({ params, reply }) =>
      sendFile(reply, join(dataDir, nameOf(params.name)), params['*'], [
        join(dataDir, nameOf(params.name)),
        ...allowedDirs,
      ]),
  );
}

/** The known name of a dataset of a path. */
export const nameOf = (given: string): string => found(() => datasetFactory.get(given)).name;

function rowOf(name: string, dataDir: string): z.output<typeof datasetRow> {
  // every definition of a dataset has a card, also those of plugins
  const { description, card } = datasetFactory.get(name) as unknown as { description: string; card: DatasetCard };
  const { title, version, url, licence, citation } = card;
  const source = downloadSources.find((one) => one.name === name);
  return {
    ...{ name, description, card: { title, version, url, licence, citation } },
    present: name === 'synthetic' || existsSync(join(dataDir, name)),
    download: source
      ? {
          versions: [...source.versions],
          non_commercial: source.nonCommercial,
          units: source.units,
          subset_examples: [...source.subsetExamples],
        }
      : null,
  };
}

/** Headers of records below a folder, sorted within each folder; links are not followed. */
async function* headersIn(root: string, below = ''): AsyncGenerator<string> {
  const entries = [];
  try {
    for await (const entry of await opendir(join(root, below))) entries.push(entry);
  } catch {
    return; // a folder that isn't there has no records
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isFile() && entry.name.endsWith('.hea')) yield path;
    else if (entry.isDirectory()) yield* headersIn(root, path);
  }
}
