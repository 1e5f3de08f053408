import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { listRuns, openRun, showRun, type Run, type RunRow } from '@cardio/experiment';
import { isCardioError } from '@cardio/core';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { Problem } from '../http/problem.js';
import { filePath, sendFile } from '../http/send-file.js';
import { addRoute } from '../http/route.js';
import type { ApiOptions } from '../options.js';
import { confined } from '../security/confine.js';

const score = z.object({ name: z.string(), value: z.number().nullable() });
const runRow = z.object({
  id: z.string(),
  started: z.string(),
  dataset: z.string(),
  model: z.string(),
  state: z.enum(['new', 'unfinished', 'trained', 'evaluated', 'pre-training']),
  epochs: z.object({ done: z.int(), most: z.int() }),
  validation: score.extend({ epoch: z.int() }).nullable(),
  test: score.nullable(),
});
const document = z.record(z.string(), z.unknown());
const runDetails = runRow.extend({
  config: document.describe("The run's config.json."),
  manifest: document.nullable().describe("The run's manifest.json."),
  history: z.array(document).describe('The lines of metrics.jsonl.'),
  evaluation: document.nullable().describe("The run's evaluation.json."),
  files: z.array(z.object({ path: z.string(), bytes: z.int() })),
});

/** The id of a run: the name of its folder. */
export const runId = z.string().regex(/^\w[\w.-]{0,199}$/, 'letters, digits, dots, dashes and underscores');
const idParam = z.strictObject({ id: runId });

/** Opens a run by its id; its folder must really lie in that of the runs. */
export function openRunOf(id: string, { runsDir }: ApiOptions): Run {
  const dir = confined(join(runsDir, id), [runsDir], 'id');
  if (!existsSync(join(dir, 'config.json')))
    throw new Problem(404, `There is no run \`${id}\`.`, { code: 'not-found' });
  return openRun(dir, runsDir);
}

/** `GET /runs`, `GET /runs/{id}` and the files in them. */
export function addRunRoutes(app: FastifyInstance, options: ApiOptions): void {
  addRoute(
    app,
    {
      ...{ method: 'GET', path: '/runs', role: 'viewer', tag: 'runs', summary: 'The runs, the latest first' },
      answers: { 200: z.object({ runs: z.array(runRow) }) },
    },
    () => ({ runs: rows(options.runsDir).map(rowOf) }),
  );
  addRoute(
    app,
    {
      ...{ method: 'GET', path: '/runs/{id}', role: 'viewer', tag: 'runs', summary: 'All that a run tells' },
      params: idParam,
      answers: { 200: runDetails },
      problems: [422],
    },
    ({ params }) => {
      const { config, manifest, history, evaluation, files, ...row } = showRun(openRunOf(params.id, options));
      return { ...rowOf(row), config, manifest, history, evaluation, files };
    },
  );
  addRoute(
    app,
    {
      ...{ method: 'GET', path: '/runs/{id}/files/{*}', role: 'viewer', tag: 'runs', summary: 'A file of a run' },
      description: 'One of the files that `GET /runs/{id}` lists, such as `report.html`.',
      params: z.strictObject({ id: runId, '*': filePath }),
      answers: { 200: 'application/octet-stream' },
    },
    ({ params, reply }) => sendFile(reply, openRunOf(params.id, options).dir, params['*']),
  );
  addRoute(
    app,
    {
      ...{
        method: 'GET',
        path: '/runs/{id}/evaluation',
        role: 'viewer',
        tag: 'runs',
        summary: "A run's evaluation.json",
      },
      params: idParam,
      answers: { 200: document },
    },
    ({ params }) => {
      const path = join(openRunOf(params.id, options).dir, 'evaluation.json');
      if (!existsSync(path)) throw new Problem(404, 'The run was not evaluated yet.', { code: 'not-found' });
      return JSON.parse(readFileSync(path, 'utf8')) as unknown;
    },
  );
}

function rows(runsDir: string): RunRow[] {
  try {
    return listRuns(runsDir);
  } catch (error) {
    if (isCardioError(error) && error.code === 'not-found') return [];
    throw error;
  }
}

/** Without the folder, which is the service's own matter. */
function rowOf({ id, started, dataset, model, state, epochs, validation, test }: RunRow) {
  return { id, started, dataset, model, state, epochs, validation, test };
}
