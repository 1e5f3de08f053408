import { statfs } from 'node:fs/promises';
import { cpus, freemem, hostname, loadavg, totalmem } from 'node:os';

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import type { Results } from '../compute/messages.js';
import { addRoute } from '../http/route.js';
import type { ApiOptions } from '../options.js';

const disk = z.object({ total_bytes: z.number(), free_bytes: z.number() }).nullable();
const system = z.object({
  engine: z
    .object({
      name: z.string(),
      version: z.string().nullable(),
      device: z.string(),
      threads: z.int(),
      reason: z.string(),
    })
    .nullable()
    .describe('What `auto` takes here; null until it was tried.'),
  gpus: z.array(z.object({ name: z.string() })),
  cpu: z.object({
    model: z.string(),
    cores: z.int(),
    load: z.number().describe('Processes that ran or waited in the last minute.'),
  }),
  memory: z.object({
    total_bytes: z.number(),
    free_bytes: z.number(),
    rss_bytes: z.number().describe('Of the service.'),
  }),
  queue: z.object({ queued: z.int(), running: z.int(), completed: z.int(), failed: z.int(), cancelled: z.int() }),
  workers: z.array(z.object({ name: z.string(), host: z.string(), concurrency: z.int(), seen_at: z.string() })),
  disk: z.object({ runs: disk, datasets: disk }),
  database: z.string(),
  node: z.string(),
  host: z.string(),
  version: z.string(),
});

/** `GET /system`: what the service runs on and what it is busy with. */
export function addSystemRoutes(app: FastifyInstance, options: ApiOptions, version: string): void {
  const { jobs, compute, runsDir, dataDir } = options;
  let engine: Results['engine'] | null = null;
  let asked: Promise<void> | undefined;
  addRoute(
    app,
    {
      ...{
        method: 'GET',
        path: '/system',
        role: 'viewer',
        tag: 'service',
        summary: 'Engine, machine, memory, queue and disk',
      },
      answers: { 200: system },
    },
    async () => {
      asked ??= compute.run({ what: 'engine' }).then(
        (info) => void (engine = info),
        () => (asked = undefined),
      );
      const known = engine as Results['engine'] | null; // set meanwhile
      return {
        engine: known && {
          ...{ name: known.name, version: known.version ?? null, device: known.device ?? 'cpu' },
          ...{ threads: known.threads, reason: known.reason },
        },
        gpus: known?.device !== undefined && known.device !== 'cpu' ? [{ name: known.device }] : [],
        cpu: { model: cpus()[0]?.model ?? 'unknown', cores: cpus().length, load: loadavg()[0] },
        memory: { total_bytes: totalmem(), free_bytes: freemem(), rss_bytes: process.memoryUsage.rss() },
        queue: await jobs.counts(),
        workers: (await jobs.workers()).map(({ name, host, concurrency, seenAt }) => ({
          ...{ name, host, concurrency, seen_at: seenAt.toISOString() },
        })),
        disk: { runs: await diskOf(runsDir), datasets: await diskOf(dataDir) },
        ...{ database: jobs.place, node: process.version, host: hostname(), version },
      };
    },
  );
}

async function diskOf(folder: string): Promise<z.output<typeof disk>> {
  try {
    const { bsize, blocks, bavail } = await statfs(folder);
    return { total_bytes: bsize * blocks, free_bytes: bsize * bavail };
  } catch {
    return null; // it is made with the first run or download
  }
}
