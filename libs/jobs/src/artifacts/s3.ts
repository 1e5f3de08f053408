import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';

import { CardioError } from '@cardio/core';
import { AwsClient } from 'aws4fetch';
import { z } from 'zod';

import type { Artifacts } from './artifacts.js';

/** What of a run is published, in one object that is written last. */
const published = z.object({
  formatVersion: z.literal(1),
  /** Of the last change in the folder, ms since 1970. */
  changed: z.number(),
  /** Number of the claim of its worker. */
  claim: z.number().default(0),
  files: z.array(z.object({ path: z.string(), sha256: z.string().regex(/^[\da-f]{64}$/), bytes: z.number() })),
});
type Published = z.output<typeof published>;

/** Logs of a run, which its machine keeps to itself until it is done, would be uploaded again and again. */
const temporary = /(^|\/)\.|\.tmp$/;

/**
 * Runs in a bucket of any S3-compatible store. Files are objects by their content (`PREFIX/objects/SHA-256`), uploaded once and whole; a run is one
 * small object that lists them, written when all are there: so a reader finds the last complete state, or the one before.
 *
 * Region, keys and another address than Amazon's come from `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and
 * `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`.
 *
 * @throws {CardioError} `usage` without keys
 */
export function s3Artifacts(bucket: string, prefix: string, env = process.env): Artifacts {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey) {
    throw new CardioError('usage', `s3://${bucket} needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`);
  }
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'] ?? `https://s3.${region}.amazonaws.com`;
  const client = new AwsClient({ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }), region, service: 's3' }); // prettier-ignore
  const base = [endpoint.replace(/\/$/, ''), bucket, ...prefix.split('/').filter(Boolean)].join('/');

  const ask = async (method: string, key: string, body?: Buffer): Promise<Response> => {
    const response = await client.fetch(`${base}/${key}`, { method, ...(body && { body: new Uint8Array(body) }) });
    if (response.ok || (response.status === 404 && method !== 'PUT')) return response;
    throw new CardioError('unavailable', `${method} ${key} in s3://${bucket}: ${response.status} ${(await response.text()).slice(0, 300)}`); // prettier-ignore
  };
  const stored = async (runId: string): Promise<Published | undefined> => {
    const response = await ask('GET', `runs/${encodeURIComponent(runId)}.json`);
    if (!response.ok) return undefined;
    return published.parse(await response.json());
  };
  return {
    place: `s3://${bucket}/${prefix}`,
    async publish(runId, runDir, claim) {
      const before = await stored(runId);
      if (before && before.claim > claim) return;
      const known = new Set(before?.files.map(({ sha256 }) => sha256));
      const now = await listing(runDir);
      if (now.files.length === 0) return;
      for (const { path, sha256 } of now.files) {
        if (known.has(sha256) || (await ask('HEAD', `objects/${sha256}`)).ok) continue;
        const bytes = await readFile(join(runDir, path));
        // Logs grow while they are read: what is uploaded is what its name says, or nothing.
        if (hashOf(bytes) === sha256) await ask('PUT', `objects/${sha256}`, bytes);
        else return this.publish(runId, runDir, claim);
      }
      const latest = await stored(runId); // an upload may have taken minutes
      if (latest && latest.claim > claim) return;
      const object = { ...now, claim } satisfies Published;
      await ask('PUT', `runs/${encodeURIComponent(runId)}.json`, Buffer.from(JSON.stringify(object)));
    },
    async fetch(runId, runDir) {
      const there = await stored(runId);
      const here = await listing(runDir);
      if (!there || (here.files.length > 0 && here.changed >= there.changed)) return;
      const have = new Map(here.files.map(({ path, sha256 }) => [path, sha256]));
      for (const { path, sha256 } of there.files) {
        const target = resolve(runDir, path);
        if (!target.startsWith(resolve(runDir) + sep)) throw new CardioError('data', `The run ${runId} in s3://${bucket} names \`${path}\`, outside its folder.`); // prettier-ignore
        if (have.get(path) === sha256) continue;
        const response = await ask('GET', `objects/${sha256}`);
        const bytes = Buffer.from(await response.arrayBuffer());
        if (!response.ok || hashOf(bytes) !== sha256) throw new CardioError('data', `\`${path}\` of run ${runId} in s3://${bucket} is not what was stored.`); // prettier-ignore
        await mkdir(dirname(target), { recursive: true });
        await writeFile(`${target}.tmp`, bytes);
        await rename(`${target}.tmp`, target);
      }
      const wanted = new Set(there.files.map(({ path }) => path));
      for (const path of have.keys()) if (!wanted.has(path)) await rm(join(runDir, path));
    },
  };
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The files of a folder by their content. */
async function listing(folder: string): Promise<Omit<Published, 'claim'>> {
  const names = existsSync(folder) ? await readdir(folder, { recursive: true, withFileTypes: true }) : [];
  let changed = 0;
  const files: Published['files'] = [];
  for (const entry of names) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1).replaceAll(sep, '/');
    if (!entry.isFile() || temporary.test(name)) continue;
    const { size, mtimeMs } = await stat(path);
    changed = Math.max(changed, mtimeMs);
    files.push({ path: name, sha256: await streamHash(path), bytes: size });
  }
  return { formatVersion: 1, changed, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

async function streamHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
