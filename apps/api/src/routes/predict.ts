import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import multipart from '@fastify/multipart';
import { writeRecord } from '@cardio/wfdb';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { Problem } from '../http/problem.js';
import { addRoute, parsePart } from '../http/route.js';
import type { ApiOptions, Limits } from '../options.js';
import { openRunOf, runId } from './runs.js';

const samples = z
  .strictObject({
    name: z.string().max(200).optional(),
    samples: z
      .array(z.array(z.number().min(-1e6).max(1e6).nullable()).min(1))
      .min(1)
      .max(64)
      .describe('One array for each lead, in mV; null where nothing was recorded.'),
    sample_rate_hz: z.number().min(1).max(100_000),
    leads: z
      .array(z.string().regex(/^[\w .+-]{1,30}$/))
      .min(1)
      .max(64),
  })
  .refine(({ samples: given, leads }) => given.length === leads.length, {
    path: ['leads'],
    message: 'There must be one name for each array of samples',
  })
  .refine(({ samples: given }) => given.every(({ length }) => length === given[0].length), {
    path: ['samples'],
    message: 'All leads must have as many samples',
  });
type Samples = z.output<typeof samples>;

const answer = z.object({
  probabilities: z.array(z.number()),
  predicted: z.array(z.string()),
});
const prediction = z.object({
  record: z.string(),
  run_id: z.string(),
  model: z.enum(['onnx', 'checkpoint']).describe('Which file answered: the exported one where there is one.'),
  classes: z.array(z.string()),
  whole: answer.nullable().describe('Of the record; null where each window stands for itself.'),
  windows: z.array(answer.extend({ id: z.string() })),
  notes: z.array(z.string()),
  saliency: z
    .object({
      leads: z.array(z.string()),
      sample_rate_hz: z.number(),
      windows: z.array(z.object({ id: z.string(), about: z.string(), values: z.array(z.array(z.number())) })),
    })
    .optional()
    .describe(
      "With `saliency=true`: what each sample of the prepared windows, `[lead][time]`, adds to the class's logit (integrated gradients).",
    ),
});

/** `POST /predict/{run}`: WFDB files, or another file that the run's dataset reads, or samples as JSON. */
export async function addPredictRoutes(app: FastifyInstance, options: ApiOptions, limits: Limits): Promise<void> {
  await app.register(multipart, { limits: { fileSize: limits.uploadBytes, files: 20, fields: 0, parts: 20 } });
  addRoute(
    app,
    {
      ...{
        method: 'POST',
        path: '/predict/{run}',
        role: 'viewer',
        tag: 'predict',
        summary: 'What a run says of a record',
      },
      description:
        'JSON `{samples, sample_rate_hz, leads}` in mV, or a form whose files are one record: WFDB header, signals and annotations, or one file that the dataset of the run reads.',
      params: z.strictObject({ run: runId }),
      query: z.strictObject({ saliency: z.enum(['true', 'false']).default('false') }),
      answers: { 200: prediction },
      problems: [413, 415, 422, 503],
      bodyLimit: limits.uploadBytes,
      perMinute: 600,
    },
    async ({ params, query, request }) => {
      const run = openRunOf(params.run, options);
      const folder = await mkdtemp(join(tmpdir(), 'cardio-predict-'));
      try {
        const record = request.isMultipart() ? await received(request, folder) : await written(request.body, folder);
        const { whole, windows, notes, task, model } = await options.compute.run({
          what: 'predict',
          runDir: run.dir,
          record,
        });
        const about = windows.map(({ probabilities: p }) => task.classes[p.indexOf(Math.max(...p))]);
        const explained =
          query.saliency === 'true'
            ? await options.compute.run({ what: 'explain', runDir: run.dir, record, about })
            : undefined;
        return {
          ...{ record: basename(record), run_id: run.id, model: model.endsWith('.onnx') ? 'onnx' : 'checkpoint' },
          ...{ classes: task.classes, whole, windows, notes },
          ...(explained && {
            saliency: { leads: explained.leads, sample_rate_hz: explained.sampleRateHz, windows: explained.windows },
          }),
        };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
}

/** Writes samples as a WFDB record of 32 bits, which keep a millionth of a millivolt. */
async function written(body: unknown, folder: string): Promise<string> {
  if (body === undefined || body === null) throw new Problem(415, 'Send JSON, or files as multipart/form-data.');
  const given = parsePart(samples, body, 'body') as Samples;
  const path = join(folder, 'record');
  const signal = {
    sampleRateHz: given.sample_rate_hz,
    leads: given.leads,
    samples: given.samples.map((lead) => Float32Array.from(lead, (mv) => mv ?? NaN)),
  };
  await writeRecord(path, { signal, format: 32, gain: 'range' });
  return path;
}

/** Keeps the files of a form, each by its own name, and gives the record's path. */
async function received(request: FastifyRequest, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const names: string[] = [];
  for await (const part of request.files()) {
    const name = part.filename;
    if (!/^\w[\w.-]{0,199}$/.test(name) || names.includes(name)) {
      throw new Problem(
        400,
        `A file's name must be letters, digits, dots, dashes and underscores, once each (received ${JSON.stringify(name.slice(0, 200))}).`,
        {
          errors: [{ field: 'files', message: 'a name that is no plain name of a file, or twice' }],
          code: 'usage',
        },
      );
    }
    await pipeline(part.file, createWriteStream(join(folder, name)));
    if (part.file.truncated) throw new Problem(413, `\`${name}\` is larger than this service takes.`);
    names.push(name);
  }
  const headers = names.filter((name) => name.endsWith('.hea'));
  const others = names.filter((name) => !/\.(atr|qrs|ann)$/.test(name));
  const record = headers[0]?.slice(0, -'.hea'.length) ?? (others.length === 1 ? others[0] : undefined);
  if (record === undefined || headers.length > 1) {
    throw new Problem(
      400,
      `The files must be one record: a header \`.hea\` and its signals, or one file (received ${names.join(', ') || 'none'}).`,
      {
        errors: [{ field: 'files', message: 'not one record' }],
        code: 'usage',
      },
    );
  }
  return join(folder, record);
}
