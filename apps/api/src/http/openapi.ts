import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { z } from 'zod';

import { parsePart } from './route.js';

/** The parts of a request as messages call them. */
const parts: Readonly<Record<string, string>> = {
  ...{ body: 'body', params: 'path', querystring: 'query', headers: 'headers' },
};

/** Validates by zod, describes by OpenAPI 3.1 at `/docs`. */
export async function addOpenApi(app: FastifyInstance, version: string): Promise<void> {
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (value: unknown) => {
    try {
      return { value: parsePart(schema, value, parts[httpPart ?? ''] ?? 'request') };
    } catch (error) {
      return { error: error as Error };
    }
  });
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'CardioAI Pro training service',
        version,
        description:
          'Trains, evaluates, exports and serves deep-learning models for the electrocardiogram. Fields are in snake_case; documents of a run ' +
          '(configuration, manifest, evaluation) are as its files hold them. Errors are problem documents (RFC 9457). Not a medical device.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: ({ schema, url }) => ({ schema: jsonSchemaOf(schema), url }),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true, uiConfig: { deepLinking: true } });
}

/** A route's schema with JSON Schema in the place of zod's. */
function jsonSchemaOf(schema: FastifySchema | undefined): FastifySchema {
  const { params, querystring, body, headers, response, ...rest } = (schema ?? {}) as Record<string, unknown>;
  const converted = Object.entries({ params, querystring, body, headers }).flatMap(([part, value]) =>
    value instanceof z.ZodType ? [[part, json(value, 'input')] as const] : [],
  );
  interface Answer {
    readonly description: string;
    readonly content: Readonly<Record<string, { readonly schema: z.ZodType }>>;
  }
  const answers = Object.entries((response ?? {}) as Record<string, Answer>).map(
    ([status, { description, content }]) => [
      status,
      {
        description,
        content: Object.fromEntries(
          Object.entries(content).map(([type, { schema: of }]) => [type, { schema: json(of, 'output') }]),
        ),
      },
    ],
  );
  return {
    ...rest,
    ...Object.fromEntries(converted),
    response: Object.fromEntries(answers) as unknown,
  } as FastifySchema;
}

function json(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, id: __, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
