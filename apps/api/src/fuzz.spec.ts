import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';

import { openApi, type OpenedApi } from './testing/open-api.js';

/** So many requests, of this seed. */
const [requests, seed] = [10_000, 9];

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}
interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

let api: OpenedApi;
let job = '';
let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
beforeAll(async () => {
  api = await openApi({ limits: { requestsPerMinute: 1e9 }, unlimited: true });
  const payload = { model_name: 'cnn_lstm', dataset_name: 'mitbih' };
  const headers = { host: 'localhost' };
  job = (await api.app.inject({ method: 'POST', url: '/training/start', payload, headers })).json<{ job_id: string }>()
    .job_id;
  paths = (await api.app.inject({ url: '/docs/json', headers })).json<{ paths: typeof paths }>().paths;
  await api.jobs.cancel(job); // its stream of events ends, so that asking for it does
}, 60_000);
afterAll(() => api.close());

const evil = [
  '',
  '..',
  '../../etc/passwd',
  '\0',
  '%00',
  "'; drop table cardio.job; --",
  '${7*7}',
  '\u202e',
  '💔',
  '1e999',
  '-0',
  'NaN',
  '__proto__',
];
const known = () =>
  fc.constantFrom(
    'one',
    'outside',
    'mitbih',
    'synthetic',
    'icentia11k',
    'cnn_lstm',
    'cnn-lstm',
    'latest',
    '100.hea',
    job,
  );
const text = () =>
  fc.oneof(
    known(),
    fc.string({ maxLength: 30 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(...evil),
  );

/** Mostly what a schema asks for, sometimes anything. */
function valueOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const anything = fc.jsonValue({ maxDepth: 2 });
  return fc.oneof({ weight: 6, arbitrary: fitting(schema, depth) }, { weight: 1, arbitrary: anything });
}

function fitting(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => valueOf(one, depth + 1)));
  if (schema.properties) {
    const parts = Object.fromEntries(
      Object.entries(schema.properties).map(([name, one]) => [name, valueOf(one, depth + 1)]),
    );
    return fc
      .record(parts, { requiredKeys: [] })
      .chain((object) =>
        fc
          .dictionary(text(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: depth === 0 ? 2 : 0 })
          .map((more) => ({ ...object, ...more })),
      );
  }
  if (schema.type === 'array') return fc.array(valueOf(schema.items ?? {}, depth + 1), { maxLength: 4 });
  if (schema.type === 'integer' || schema.type === 'number')
    return fc.oneof(fc.integer({ min: -5, max: 2000 }), fc.double());
  if (schema.type === 'boolean') return fc.boolean();
  return schema.type === 'string' ? text() : fc.jsonValue({ maxDepth: 1 });
}

/** A request to an operation of the document. */
function requestOf(
  path: string,
  method: string,
  { parameters = [], requestBody }: Operation,
): fc.Arbitrary<InjectOptions> {
  const values = fc.tuple(
    ...parameters.map(({ schema }) =>
      valueOf(schema).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
    ),
  );
  const schema = requestBody?.content['application/json']?.schema ?? {};
  const body = requestBody ? valueOf(schema) : fc.constant(undefined);
  return fc.tuple(values, body, fc.boolean()).map(([given, payload, raw]) => {
    let url = path;
    const query = new URLSearchParams();
    const headers: Record<string, string> = { host: 'localhost' };
    parameters.forEach(({ in: place, name }, i) => {
      // half characters can't be sent
      const value = Buffer.from(given[i]).toString();
      if (place === 'path')
        url = url.replace(`{${name}}`, () =>
          raw && name === '*' ? value.replace(/[^\x21-\x7e]|[?#]/g, '') : encodeURIComponent(value),
        );
      else if (place === 'query') query.set(name, value);
      else if (/^[\x20-\x7e]*$/.test(value)) headers[name.toLowerCase()] = value;
    });
    if (payload !== undefined || method === 'post') headers['content-type'] = 'application/json';
    return {
      ...{
        method: method.toUpperCase() as 'GET',
        url: `${url}${query.size > 0 ? `?${query.toString()}` : ''}`,
        headers,
      },
      ...(payload !== undefined && { payload: JSON.stringify(payload) }),
    };
  });
}

test(`${requests} random requests of the OpenAPI document, seed ${seed}: no 5xx, no crash, problems are documents`, async () => {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => requestOf(path, method, operation)),
  );
  expect(operations.length).toBeGreaterThan(25);
  const statuses = new Map<number, number>();
  const property = fc.asyncProperty(fc.oneof(...operations), async (request) => {
    const response = await api.app.inject(request);
    const { statusCode } = response;
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    if (statusCode >= 500) throw new Error(`${statusCode}: ${response.body.slice(0, 500)}`);
    if (statusCode >= 400) expect(response.json<{ status: number }>().status).toBe(statusCode);
    expect(response.body).not.toContain('nobody may read this');
  });
  await fc.assert(property, { numRuns: requests, seed, endOnFailure: true });
  console.log(
    `statuses: ${[...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${status} x ${count}`)
      .join(', ')}`,
  );
  expect((statuses.get(200) ?? 0) + (statuses.get(201) ?? 0)).toBeGreaterThan(requests / 20);
}, 240_000);
