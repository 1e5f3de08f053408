import { existsSync } from 'node:fs';
import { join } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The built dashboard at `/`, which anybody may load: what it shows it must ask for. Without it a line that says how to build it. */
export async function addDashboard(app: FastifyInstance, folder: string | undefined): Promise<void> {
  if (folder !== undefined && existsSync(join(folder, 'index.html'))) {
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: false, // only files that are there now, so that anything else is the API's 404
      maxAge: '1h',
      setHeaders: (reply, path) => {
        if (path.endsWith('.html')) reply.header('cache-control', 'no-cache');
      },
    });
    return;
  }
  app.get('/', { schema: { hide: true } as object }, (_, reply) =>
    reply
      .type('text/plain; charset=utf-8')
      .send(
        'The CardioAI Pro training service. Its API is described at /docs. The dashboard is not built: npm run build -w apps/dashboard\n',
      ),
  );
}
