import { STATUS_CODES } from 'node:http';

import { isCardioError, type ErrorCode } from '@cardio/core';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

/** The media type of RFC 9457. */
export const problemType = 'application/problem+json';

/** One wrong field. */
const fieldErrorSchema = z.object({
  field: z.string().describe('Dotted path in the body, the query, the path or the headers.'),
  message: z.string().describe('What is wrong, what was received and, for an unknown key, the nearest known one.'),
});
export type FieldError = z.output<typeof fieldErrorSchema>;

/** A problem document (RFC 9457, section 3), with the platform's error code and the wrong fields as extensions. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What was received and what to do.'),
    code: z.string().optional(),
    errors: z.array(fieldErrorSchema).optional(),
  })
  .describe('Problem document of RFC 9457.');

/** An answer that is a problem document. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[];
  readonly code: string | undefined;

  constructor(status: number, detail: string, options: { errors?: readonly FieldError[]; code?: string } = {}) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.errors = options.errors ?? [];
    this.code = options.code;
  }
}

/** The statuses of the platform's errors. */
const statusOf: Readonly<Record<ErrorCode, number>> = {
  usage: 400,
  config: 400,
  'not-found': 404,
  data: 422,
  check: 422,
  unavailable: 503,
};

/** What an error is as an answer; what was not foreseen is 500 and tells nothing of the inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isCardioError(error)) {
    const errors = fieldsIn(error.message);
    return new Problem(statusOf[error.code], error.message, { code: error.code, errors });
  }
  const { statusCode, message } = error as Partial<FastifyError>;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Problem(statusCode, message ?? STATUS_CODES[statusCode] ?? 'The request was refused.');
  }
  return new Problem(500, 'The service failed at this request; its log says why.');
}

/**
 * The fields that a message of `validate` of `@cardio/core` names, a line each: `  \`training.epochs\`: Too small … (received -1)`.
 */
function fieldsIn(message: string): FieldError[] {
  return message
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, field, rest] = /^ {2}`([^`]+)`(?::)? (.*)$/.exec(line) ?? [];
      return field === undefined ? [] : [{ field, message: rest }];
    });
}

/** Sends an error as a problem document. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, message: detail, code, errors } = problemOf(error);
  if (status >= 500) request.log.error({ err: error }, 'failed');
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return reply;
  }
  const body = {
    ...{ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail },
    ...(code !== undefined && { code }),
    ...(errors.length > 0 && { errors }),
  };
  return reply.code(status).type(problemType).send(JSON.stringify(body));
}
