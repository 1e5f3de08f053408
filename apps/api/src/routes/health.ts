import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { Problem } from '../http/problem.js';
import { addRoute } from '../http/route.js';

/** `GET /health`: the process answers. `GET /ready`: it can work, its database too. */
export function addHealthRoutes(app: FastifyInstance, version: string, check: () => Promise<unknown>): void {
  addRoute(
    app,
    {
      ...{ method: 'GET', path: '/health', role: 'anyone', tag: 'service', summary: 'Whether the service runs' },
      answers: { 200: z.object({ status: z.literal('ok'), version: z.string(), uptime_seconds: z.number() }) },
    },
    () => ({ status: 'ok', version, uptime_seconds: Math.round(process.uptime()) }),
  );
  addRoute(
    app,
    {
      ...{
        method: 'GET',
        path: '/ready',
        role: 'anyone',
        tag: 'service',
        summary: 'Whether the service can take jobs',
      },
      answers: { 200: z.object({ status: z.literal('ready') }) },
      problems: [503],
    },
    async () => {
      try {
        await check();
      } catch {
        throw new Problem(503, 'The database of jobs does not answer.', { code: 'unavailable' });
      }
      return { status: 'ready' };
    },
  );
}
