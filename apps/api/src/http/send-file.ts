import { createReadStream, statSync } from 'node:fs';
import { extname, join } from 'node:path';

import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { confined } from '../security/confine.js';
import { Problem } from './problem.js';

/** The path of a file within a folder. */
export const filePath = z.string().min(1).max(500);

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.jsonl': 'application/x-ndjson',
  '.csv': 'text/csv; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.md': 'text/markdown; charset=utf-8',
};

/**
 * Sends a file that really lies in a folder. It can't do anything as a page of this origin: scripts, forms and requests are refused to it.
 *
 * @throws {Problem} 404 where there is none, 400 for a path that leads out
 */
export function sendFile(
  reply: FastifyReply,
  folder: string,
  path: string,
  roots: readonly string[] = [folder],
): FastifyReply {
  const real = confined(join(folder, path), roots, 'path');
  const stats = statSync(real, { throwIfNoEntry: false });
  if (!stats?.isFile()) throw new Problem(404, `There is no file \`${path}\` here.`, { code: 'not-found' });
  const type = types[extname(real)] ?? 'application/octet-stream';
  const answer = reply
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'",
    )
    .header('content-disposition', extname(real) === '.html' ? 'inline' : 'attachment')
    .header('last-modified', stats.mtime.toUTCString())
    .header('accept-ranges', 'bytes')
    .type(type);
  const range = rangeOf(reply.request.headers.range, stats.size);
  if (range === undefined) return answer.header('content-length', stats.size).send(createReadStream(real));
  const { start, end } = range;
  return answer
    .code(206)
    .header('content-range', `bytes ${start}-${end}/${stats.size}`)
    .header('content-length', end - start + 1)
    .send(createReadStream(real, range));
}

/** One range of bytes (RFC 9110, section 14), as readers of WFDB ask for; the whole file for anything else. */
function rangeOf(given: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, from, to] = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(given ?? '') ?? [];
  if (from === undefined) return undefined;
  const [start, end] = [Number(from), Math.min(size - 1, Number(to ?? size - 1))];
  return start <= end ? { start, end } : undefined;
}
