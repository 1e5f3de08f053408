import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

import { addRoute } from '../http/route.js';
import type { ApiOptions } from '../options.js';

/** `GET /metrics`: jobs by state, workers, requests and the process, for Prometheus. */
export function addPrometheusRoute(app: FastifyInstance, { jobs }: ApiOptions): void {
  const registers = [new Registry()];
  const [registry] = registers;
  collectDefaultMetrics({ register: registry });
  const states = new Gauge({ name: 'cardio_jobs', help: 'Jobs by state.', labelNames: ['state'], registers });
  const workers = new Gauge({ name: 'cardio_workers', help: 'Workers heard of in the last minute.', registers });
  const seconds = new Histogram({
    name: 'cardio_http_request_seconds',
    help: 'Seconds to answer, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'; // the pattern: a path of a client's could be anything
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  addRoute(
    app,
    {
      ...{ method: 'GET', path: '/metrics', role: 'viewer', tag: 'service', summary: 'Numbers for Prometheus' },
      answers: { 200: 'text/plain' },
    },
    async ({ reply }) => {
      for (const [state, value] of Object.entries(await jobs.counts())) states.set({ state }, value);
      workers.set((await jobs.workers()).length);
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}
