import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { runFiles } from '@cardio/experiment';
import { foldRequests, type Job } from '@cardio/jobs';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { Problem } from '../http/problem.js';
import { addRoute, found } from '../http/route.js';
import { sendFile } from '../http/send-file.js';
import type { ApiOptions } from '../options.js';
import { documentOf, epochDocument, jobDocument } from '../training/job-document.js';
import { sendEvents } from '../training/send-events.js';
import { requestedConfig } from '../training/start-request.js';
import { startBody, startJsonSchema } from '../training/start-schema.js';

const jobParam = z.strictObject({ job_id: z.uuid() });
const listQuery = z.strictObject({
  status: z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']).optional(),
  group: z.string().min(1).max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const startHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\x21-\x7e]+$/, 'visible characters of ASCII')
    .optional()
    .describe('A repeat of the same request with the same key is the same job.'),
});

/** `POST /training/start`, and all that is asked of jobs. */
export function addTrainingRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { jobs } = options;
  const jobOf = async (id: string): Promise<Job> => jobs.get(id);
  const tag = 'training';
  addRoute(
    app,
    {
      ...{ method: 'POST', path: '/training/start', role: 'researcher', tag, summary: 'Queues a training' },
      description:
        'With `folds` and no `fold`, it queues one job a fold, of which the first is answered; its `group` lists them.',
      body: startBody,
      headers: startHeaders,
      answers: { 201: jobDocument },
      problems: [409],
      perMinute: 600,
    },
    async ({ body, headers, reply }) => {
      const { config, rows } = await requestedConfig(body, options);
      const key = headers['idempotency-key'];
      const request = { config, priority: body.priority ?? 0, ...(key !== undefined && { idempotencyKey: key }) };
      const given = (path: string): boolean => rows.some((row) => row.path === path && row.origin !== 'default');
      const { folds } = config.dataset;
      const whole = given('dataset.folds') && !given('dataset.fold') && typeof folds === 'number';
      try {
        const job = whole ? await startFolds(request, folds) : await jobs.start(request);
        return await reply.code(201).header('location', `/training/${job.id}/status`).send(documentOf(job));
      } catch (error) {
        if (error instanceof Error && /idempotency key|run `.*` of another job/.test(error.message)) {
          throw new Problem(409, error.message, { code: 'usage' });
        }
        throw error;
      }
    },
  );
  const startFolds = async (
    { config, priority, idempotencyKey }: { config: Job['config']; priority: number; idempotencyKey?: string },
    folds: number,
  ): Promise<Job> => {
    const requests = await foldRequests(config, folds);
    const group = idempotencyKey === undefined ? [] : [`folds:${idempotencyKey}`];
    const all = requests.map((one, i) => ({
      ...{ ...one, priority },
      ...(idempotencyKey !== undefined && { idempotencyKey: `${idempotencyKey}#fold-${i}` }),
    }));
    return (await jobs.startAll(all, ...group))[0];
  };
  addRoute(
    app,
    {
      ...{ method: 'GET', path: '/training/schema', role: 'viewer', tag, summary: 'JSON Schema of a start, for forms' },
      query: z.strictObject({ model_name: z.string().min(1).max(100), dataset_name: z.string().min(1).max(100) }),
      answers: { 200: z.record(z.string(), z.unknown()) },
      problems: [404],
    },
    ({ query }) => found(() => startJsonSchema(query.dataset_name, query.model_name)),
  );
  addRoute(
    app,
    {
      ...{ method: 'GET', path: '/training/jobs', role: 'viewer', tag, summary: 'The jobs, the latest first' },
      query: listQuery,
      answers: { 200: z.object({ jobs: z.array(jobDocument) }) },
    },
    async ({ query: { status, group, limit } }) => {
      const list = await jobs.list({ limit, ...(status && { state: status }), ...(group && { group }) });
      return { jobs: list.map(documentOf) };
    },
  );
  addRoute(
    app,
    {
      ...{ method: 'GET', path: '/training/{job_id}/status', role: 'viewer', tag, summary: 'How far a job is' },
      ...{ params: jobParam, answers: { 200: jobDocument } },
    },
    async ({ params }) => documentOf(await jobOf(params.job_id)),
  );
  addRoute(
    app,
    {
      ...{ method: 'DELETE', path: '/training/{job_id}', role: 'researcher', tag, summary: 'Cancels a job' },
      description:
        'A queued job at once, a running one within seconds and with a checkpoint; one that is over stays as it is.',
      ...{ params: jobParam, answers: { 200: jobDocument } },
    },
    async ({ params }) => {
      await jobOf(params.job_id);
      return documentOf(await jobs.cancel(params.job_id));
    },
  );
  addRoute(
    app,
    {
      ...{
        method: 'GET',
        path: '/training/{job_id}/events',
        role: 'viewer',
        tag,
        summary: 'What happens to a job, as it happens',
      },
      description:
        'Server-sent events `state`, `metrics` (an epoch) and `log` from the beginning, or after `Last-Event-ID`; the stream ends with the job.',
      params: jobParam,
      headers: z.looseObject({ 'last-event-id': z.coerce.number().int().min(0).optional() }),
      answers: { 200: 'text/event-stream' },
    },
    async ({ params, headers, request, reply }) => {
      await jobOf(params.job_id);
      return sendEvents(request, reply, (signal) =>
        jobs.events(params.job_id, { after: headers['last-event-id'] ?? 0, signal }),
      );
    },
  );
  addRoute(
    app,
    {
      ...{
        method: 'GET',
        path: '/training/{job_id}/metrics',
        role: 'viewer',
        tag,
        summary: 'The numbers of each epoch',
      },
      ...{ params: jobParam, answers: { 200: z.object({ metrics: z.array(z.record(z.string(), z.unknown())) }) } },
    },
    async ({ params }) => {
      await jobOf(params.job_id);
      return { metrics: (await jobs.metrics(params.job_id)).map(({ row }) => epochDocument(row)) };
    },
  );
  addRoute(
    app,
    {
      ...{ method: 'GET', path: '/training/{job_id}/log', role: 'viewer', tag, summary: 'What a job said' },
      ...{
        params: jobParam,
        query: z.strictObject({ limit: z.coerce.number().int().min(1).max(10_000).default(1000) }),
      },
      answers: {
        200: z.object({ lines: z.array(z.object({ at: z.string(), level: z.string(), message: z.string() })) }),
      },
    },
    async ({ params, query }) => {
      await jobOf(params.job_id);
      const events = await jobs.eventsSoFar(params.job_id, 0, 100_000);
      const lines = events.flatMap(({ type, at, data }) =>
        type === 'log'
          ? [{ at: at.toISOString(), level: String(data['level']), message: String(data['message']) }]
          : [],
      );
      return { lines: lines.slice(-query.limit) };
    },
  );
  addRoute(
    app,
    {
      ...{
        method: 'GET',
        path: '/training/{job_id}/report',
        role: 'viewer',
        tag,
        summary: "The report of a job's run, as a page",
      },
      ...{ params: jobParam, query: z.strictObject({ lang: z.enum(['en', 'pt-BR']).default('en') }) },
      ...{ answers: { 200: 'text/html' }, problems: [409], perMinute: 60 },
    },
    async ({ params, query, reply }) => {
      const job = await jobOf(params.job_id);
      if (!existsSync(join(job.runDir, runFiles.evaluation))) {
        throw new Problem(409, `Job ${job.id} is ${job.state} and was not evaluated (yet), so there is no report.`);
      }
      if (!hasReport(job.runDir, query.lang))
        await options.compute.run({ what: 'report', runDir: job.runDir, lang: query.lang });
      return sendFile(reply, job.runDir, runFiles.report, [options.runsDir]);
    },
  );
}

/** Whether the report was written in a language. */
function hasReport(dir: string, lang: string): boolean {
  const path = join(dir, runFiles.report);
  return existsSync(path) && readFileSync(path, 'utf8').slice(0, 200).includes(`lang="${lang}"`);
}
