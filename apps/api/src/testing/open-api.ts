import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CardioError } from '@cardio/core';
import { openJobs, type Jobs } from '@cardio/jobs';
import type { FastifyInstance } from 'fastify';

import { buildApi } from '../api.js';
import type { Compute } from '../compute/compute.js';
import type { ApiOptions } from '../options.js';

/** The service over a real embedded database without a worker, so that jobs are queued and none runs. */
export interface OpenedApi {
  readonly app: FastifyInstance;
  readonly jobs: Jobs;
  /** With runs and datasets, and beside them a file `secret` that nobody may read. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Opens it in a folder of its own; nothing is computed or downloaded. */
export async function openApi(options: Partial<ApiOptions> = {}): Promise<OpenedApi> {
  const folder = mkdtempSync(join(tmpdir(), 'cardio-api-'));
  const [runsDir, dataDir] = [join(folder, 'runs'), join(folder, 'datasets')];
  for (const dir of [join(runsDir, 'one'), join(dataDir, 'mitbih')]) mkdirSync(dir, { recursive: true });
  writeFileSync(join(folder, 'secret'), 'nobody may read this');
  writeFileSync(join(folder, 'secret.hea'), 'nobody may read this');
  writeFileSync(join(dataDir, 'mitbih', '100.hea'), '100 1 360 10');
  symlinkSync(join(folder, 'secret'), join(runsDir, 'one', 'link.html'));
  symlinkSync(folder, join(runsDir, 'outside'));
  symlinkSync(join(folder, 'nowhere'), join(dataDir, 'dangling'));
  symlinkSync(folder, join(dataDir, 'mitbih', 'up'));
  const jobs = await openJobs({ dataDir: join(folder, 'jobs'), runsDir });
  const compute: Compute = {
    run: () => Promise.reject(new CardioError('data', 'Nothing is computed in this test.')),
    close: () => undefined,
  };
  const download: ApiOptions['download'] = () =>
    Promise.reject(new CardioError('not-found', 'No network in this test.'));
  const app = await buildApi({ jobs, compute, download, runsDir, dataDir, ...options });
  await app.ready();
  return {
    ...{ app, jobs, folder },
    async close() {
      await app.close();
      await jobs.close();
      rmSync(folder, { recursive: true });
    },
  };
}
