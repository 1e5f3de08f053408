import { join } from 'node:path';

import { downloadDataset, downloadSources } from '@cardio/datasets';
import { isCardioError } from '@cardio/core';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { Problem } from '../http/problem.js';
import { addRoute } from '../http/route.js';
import type { ApiOptions } from '../options.js';
import { datasetParam, nameOf } from './datasets.js';

const body = z.strictObject({
  subset: z.string().min(1).max(2000).optional().describe('Parts, as `cardio datasets download --subset` takes them.'),
  version: z.string().min(1).max(50).optional().describe('Default: the newest.'),
  mirror: z.enum(['physionet', 's3']).default('physionet'),
  accept_licence: z.boolean().default(false).describe('Needed where the licence forbids commercial use.'),
});
const downloadDocument = z.object({
  dataset_name: z.string(),
  status: z.enum(['running', 'completed', 'failed', 'cancelled']),
  phase: z.string(),
  files: z.int(),
  files_total: z.int(),
  bytes: z.number(),
  bytes_total: z.number().nullable(),
  bytes_per_second: z.number(),
  seconds_left: z.number().nullable(),
  error: z.string().nullable(),
});

interface Download {
  document: z.output<typeof downloadDocument>;
  readonly stop: AbortController;
  done: Promise<void>;
}

/** `POST /datasets/{name}/download`, how far it is, and `DELETE` to stop it. What is there stays, and the next one goes on with it. */
export function addDownloadRoutes(app: FastifyInstance, { dataDir, download = downloadDataset }: ApiOptions): void {
  const downloads = new Map<string, Download>();
  app.addHook('preClose', async () => {
    for (const { stop } of downloads.values()) stop.abort();
    await Promise.all([...downloads.values()].map(({ done }) => done));
  });
  const begun = (given: string): Download => {
    const running = downloads.get(nameOf(given));
    if (running) return running;
    throw new Problem(404, `No download of ${nameOf(given)} was started.`, { code: 'not-found' });
  };
  const path = '/datasets/{name}/download';
  addRoute(
    app,
    {
      ...{ method: 'POST', path, role: 'admin', tag: 'datasets', summary: 'Downloads a dataset from PhysioNet' },
      description:
        'Resumable, every file checked against its SHA-256. One download of a dataset at a time: asking again answers how far it is.',
      ...{ params: datasetParam, body, answers: { 202: downloadDocument }, perMinute: 30 },
    },
    ({ params, body: { subset, version, mirror, accept_licence: acceptLicence }, reply }) => {
      const name = nameOf(params.name);
      const source = downloadSources.find((one) => one.name === name);
      if (!source) {
        const known = downloadSources.map((one) => one.name).join(', ');
        throw new Problem(404, `There is nothing to download for ${name}. Known: ${known}.`, { code: 'not-found' });
      }
      if (version !== undefined && !source.versions.includes(version)) {
        const message = `Known versions: ${source.versions.join(', ')} (received ${JSON.stringify(version)})`;
        throw new Problem(400, `\`version\`: ${message}`, { errors: [{ field: 'version', message }], code: 'usage' });
      }
      if (source.nonCommercial && !acceptLicence) {
        const message = `The licence of ${name}, ${source.card.licence}, forbids commercial use (${source.card.url}). If yours is within it, send true.`;
        throw new Problem(400, message, { errors: [{ field: 'accept_licence', message }], code: 'usage' });
      }
      const before = downloads.get(name);
      if (before?.document.status === 'running') return reply.code(202).send(before.document);
      const started = start(name);
      downloads.set(name, started);
      const options = { name, dataDir: join(dataDir, name), mirror, acceptLicence, signal: started.stop.signal };
      started.done = download({
        ...options,
        ...(subset !== undefined && { subset }),
        ...(version !== undefined && { version }),
        onProgress: ({ phase, files, filesTotal, bytes, bytesTotal, bytesPerSecond, secondsLeft }) => {
          Object.assign(started.document, {
            phase,
            files,
            files_total: filesTotal,
            bytes,
            bytes_total: bytesTotal ?? null,
          });
          Object.assign(started.document, { bytes_per_second: bytesPerSecond, seconds_left: secondsLeft ?? null });
        },
      }).then(
        ({ ended, failed }) => {
          started.document.status = ended === 'interrupted' ? 'cancelled' : failed.length > 0 ? 'failed' : 'completed';
          started.document.error = failed[0]?.reason ?? null;
        },
        (error: unknown) => {
          if (!isCardioError(error)) app.log.error(error);
          started.document.status = started.stop.signal.aborted ? 'cancelled' : 'failed';
          started.document.error = isCardioError(error) ? error.message : 'It failed; the log of the service says why.';
        },
      );
      return reply.code(202).send(started.document);
    },
  );
  addRoute(
    app,
    {
      ...{ method: 'GET', path, role: 'viewer', tag: 'datasets', summary: 'How far the download of a dataset is' },
      ...{ params: datasetParam, answers: { 200: downloadDocument } },
    },
    ({ params }) => begun(params.name).document,
  );
  addRoute(
    app,
    {
      ...{ method: 'DELETE', path, role: 'admin', tag: 'datasets', summary: 'Stops the download of a dataset' },
      ...{ params: datasetParam, answers: { 200: downloadDocument } },
    },
    async ({ params }) => {
      const { stop, done, document } = begun(params.name);
      stop.abort();
      await done;
      return document;
    },
  );
}

const start = (name: string): Download => ({
  document: {
    ...{
      dataset_name: name,
      status: 'running',
      phase: 'checking',
      files: 0,
      files_total: 0,
      bytes: 0,
      bytes_total: null,
    },
    ...{ bytes_per_second: 0, seconds_left: null, error: null },
  },
  stop: new AbortController(),
  done: Promise.resolve(),
});
