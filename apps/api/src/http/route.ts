import { CardioError, suggestion } from '@cardio/core';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';

import type { Role } from '../security/tokens.js';
import { Problem, problemSchema, problemType, type FieldError } from './problem.js';

/** What a route takes and gives, as schemas; the OpenAPI document is made of the same. */
interface RouteSpec<Params, Query, Body, Headers> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With parameters in braces, as in OpenAPI: `/runs/{id}`; `{*}` at the end is the rest, slashes and all. */
  readonly path: string;
  /** The least role that may call it where tokens are used; `anyone` needs none. */
  readonly role: Role | 'anyone';
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  readonly headers?: z.ZodType<Headers>;
  /** Of a form; its parts are read by the handler. */
  readonly consumes?: readonly string[];
  /** By status: the schema of JSON, or the media type of anything else. */
  readonly answers: Readonly<Record<number, z.ZodType | string>>;
  /** Statuses of problem documents besides those that every route may give. */
  readonly problems?: readonly number[];
  readonly bodyLimit?: number;
  /** Calls a minute from one address, where they are dearer than reading. */
  readonly perMinute?: number;
}

/** A request whose parts have been validated. */
interface Asked<Params, Query, Body, Headers> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly headers: Headers;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    role?: Role | 'anyone';
    rateLimit?: { max: number; timeWindow: number };
  }
}

/** Adds a route. What the handler returns is sent as JSON, unless it sent the answer itself. */
export function addRoute<Params = unknown, Query = unknown, Body = unknown, Headers = unknown>(
  app: FastifyInstance,
  spec: RouteSpec<Params, Query, Body, Headers>,
  handler: (asked: Asked<Params, Query, Body, Headers>) => unknown,
): void {
  const { method, path, role, bodyLimit, perMinute } = spec;
  app.route({
    method,
    url: path.replace('{*}', '*').replace(/\{(\w+)\}/g, ':$1'),
    schema: schemaOf(spec),
    config: { role, ...(perMinute !== undefined && { rateLimit: { max: perMinute, timeWindow: 60_000 } }) },
    ...(bodyLimit !== undefined && { bodyLimit }),
    // the schemas above were run over the parts, and made them of these types
    handler: (request, reply) =>
      handler({
        params: request.params as Params,
        query: request.query as Query,
        body: request.body as Body,
        headers: request.headers as Headers,
        request,
        reply,
      }),
  });
}

/** Fastify's schema of a route, still in zod; `openapi.ts` turns it into JSON Schema. */
function schemaOf(
  spec: RouteSpec<never, never, never, never> | RouteSpec<unknown, unknown, unknown, unknown>,
): FastifySchema {
  const { params, query, body, headers, consumes, answers, problems = [], role, tag, summary, description } = spec;
  const own = Object.entries(answers).map(([status, content]) => [
    status,
    typeof content === 'string'
      ? { description: summary, content: { [content]: { schema: z.string() } } }
      : { description: summary, content: { 'application/json': { schema: content } } },
  ]);
  const refusals = [
    ...new Set([400, ...(role === 'anyone' ? [] : [401, 403]), ...(params ? [404] : []), 429, ...problems]),
  ];
  const refused = refusals.map((status) => [
    status,
    { description: 'A problem', content: { [problemType]: { schema: problemSchema } } },
  ]);
  return {
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    ...(headers && { headers }),
    ...(consumes && { consumes }),
    response: Object.fromEntries([...refused, ...own]) as unknown,
    ...{ tags: [tag], summary },
    ...(description !== undefined && { description }),
    ...(role === 'anyone' && { security: [] }),
  } as FastifySchema;
}

/** Parses a part of a request, or throws a 400 that names each bad field, with what was received. */
export function parsePart(schema: z.ZodType, value: unknown, part: string): unknown {
  const odd = oddText(value, []);
  if (odd !== undefined) {
    const error = { field: odd.join('.') || part, message: 'It has a character that is none in Unicode, or NUL' };
    throw new Problem(400, `Bad ${part}: \`${error.field}\`: ${error.message}`, { errors: [error], code: 'usage' });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => fieldErrors(issue, value, schema, part));
  const lines = errors.map(({ field, message }) => `\`${field}\`: ${message}`);
  throw new Problem(400, `Bad ${part}: ${lines.join('; ')}`, { errors, code: 'usage' });
}

/** Where a text is that no database keeps: with NUL or half a surrogate pair. */
function oddText(value: unknown, path: readonly string[]): readonly string[] | undefined {
  if (typeof value === 'string') return /[\0\p{Surrogate}]/u.test(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'number') continue; // samples are many
    const odd = oddText(key, path) ?? oddText(inner, [...path, key]);
    if (odd) return odd;
  }
  return undefined;
}

function fieldErrors(issue: z.core.$ZodIssue, value: unknown, schema: z.ZodType, part: string): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const known = schema instanceof z.ZodObject && path.length === 0 ? Object.keys(schema.shape) : [];
    return issue.keys.map((key) => ({
      field: [...path, key].join('.'),
      message: `It is not a known key. ${known.length > 0 ? suggestion(key, known) : ''}`.trim(),
    }));
  }
  const received = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
  const shown = JSON.stringify(received) as string | undefined;
  return [
    {
      field: path.join('.') || part,
      message: `${issue.message} (received ${shown === undefined ? 'nothing' : shown.length > 200 ? `${shown.slice(0, 200)}…` : shown})`,
    },
  ];
}

/** Turns an unknown name in a path into 404; the message lists the known ones. */
export function found<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof CardioError && error.code === 'usage')
      throw new Problem(404, error.message, { code: 'not-found' });
    throw error;
  }
}
