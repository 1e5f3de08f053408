import { relative } from 'node:path';

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { Problem } from '../http/problem.js';
import { addRoute } from '../http/route.js';
import type { ApiOptions } from '../options.js';
import { openRunOf, runId } from './runs.js';

const body = z
  .strictObject({
    run_id: runId.optional(),
    job_id: z.uuid().optional().describe('Of the training, in place of the run.'),
    precision: z.enum(['float32', 'float16', 'int8']).default('float32'),
    with_preprocessing: z.boolean().default(false),
    profile: z.enum(['cardioai-pro']).optional(),
  })
  .refine((given) => (given.run_id === undefined) !== (given.job_id === undefined), {
    path: ['run_id'],
    message: 'Name one of run_id and job_id',
  });
const exported = z.object({
  run_id: z.string(),
  path: z.string().describe('Within the run: `GET /runs/{id}/files/{path}`.'),
  bytes: z.int(),
  precision: z.string(),
  opset: z.int(),
  compared_inputs: z.int(),
  largest_difference: z.number().describe('What the parity gate measures, of the precision that was asked for.'),
  notes: z.array(z.string()),
});

/** `POST /models/export` */
export function addExportRoutes(app: FastifyInstance, options: ApiOptions): void {
  addRoute(
    app,
    {
      ...{
        method: 'POST',
        path: '/models/export',
        role: 'researcher',
        tag: 'models',
        summary: 'Exports a trained run to ONNX',
      },
      description: 'The file is compared with the model before it is kept; the answer says by how much they differ.',
      body,
      answers: { 201: exported },
      problems: [404, 409, 422, 503],
      perMinute: 60,
    },
    async ({ body: { run_id, job_id, precision, with_preprocessing, profile }, reply }) => {
      const id = run_id ?? (await options.jobs.get(job_id ?? '')).runId;
      const run = openRunOf(id, options);
      const result = await options.compute.run({
        what: 'export',
        runDir: run.dir,
        options: { precision, ...(with_preprocessing && { preprocessing: {} }), ...(profile && { profile }) },
      });
      if (result.path === undefined) throw new Problem(422, 'The export has no file.');
      const { path, bytes, opset, parity, notes } = result;
      return reply.code(201).send({
        ...{ run_id: run.id, path: relative(run.dir, path), bytes, precision, opset },
        ...{ compared_inputs: parity.inputs, largest_difference: parity.gate.difference, notes },
      });
    },
  );
}
