import { readFileSync } from 'node:fs';

import Fastify, { LogController, type FastifyInstance } from 'fastify';

import { addOpenApi } from './http/openapi.js';
import { Problem, sendProblem } from './http/problem.js';
import { defaultLimits, type ApiOptions } from './options.js';
import { addDashboard } from './routes/dashboard.js';
import { addDatasetRoutes } from './routes/datasets.js';
import { addDownloadRoutes } from './routes/downloads.js';
import { addExportRoutes } from './routes/exports.js';
import { addHealthRoutes } from './routes/health.js';
import { addModelRoutes } from './routes/models.js';
import { addPredictRoutes } from './routes/predict.js';
import { addPrometheusRoute } from './routes/prometheus.js';
import { addRunRoutes } from './routes/runs.js';
import { addTrainingRoutes } from './routes/training.js';
import { addSystemRoutes } from './routes/system.js';
import { addGuard } from './security/guard.js';
import { addProtection } from './security/headers.js';

/** Of the package that this file is in, built or not. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The service, not listening yet. It closes neither the jobs nor the computing process that it is given. */
export async function buildApi(options: ApiOptions): Promise<FastifyInstance> {
  const limits = { ...defaultLimits, ...options.limits };
  const { tokens = [], allowedOrigins = [], logLevel = false } = options;
  const app = Fastify({
    logger: logLevel === false ? false : { level: logLevel, redact: ['req.headers.authorization'] },
    logController: new LogController({ disableRequestLogging: logLevel !== 'debug' }),
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestSeconds * 1000,
    connectionTimeout: 0, // streams of events are silent for long
    keepAliveTimeout: 15_000,
    http: { headersTimeout: Math.min(10, limits.requestSeconds) * 1000, connectionsCheckingInterval: 1000 },
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    forceCloseConnections: true, // streams of events would never end
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
  });
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      new Problem(
        404,
        `There is no ${request.method} ${request.url.split('?')[0].slice(0, 200)}; \`/docs\` lists what there is.`,
      ),
      request,
      reply,
    ),
  );
  await addProtection(app, allowedOrigins, options.unlimited ? undefined : limits.requestsPerMinute);
  addGuard(app, { tokens, allowedOrigins });
  await addOpenApi(app, version);
  await app.register(async (routes) => {
    addHealthRoutes(routes, version, () => options.jobs.ping());
    addDatasetRoutes(routes, options);
    addModelRoutes(routes);
    addRunRoutes(routes, options);
    addTrainingRoutes(routes, options);
    addExportRoutes(routes, options);
    addDownloadRoutes(routes, options);
    addSystemRoutes(routes, options, version);
    addPrometheusRoute(routes, options);
    await addPredictRoutes(routes, options, limits);
  });
  await addDashboard(app, options.dashboardDir);
  return app;
}
