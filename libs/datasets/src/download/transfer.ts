import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CardioError, createRandom, hash32 } from '@cardio/core';
import { backoffSeconds, retryAfterSeconds, type Backoff, type Gate } from './backoff.js';
import { withIdleLimit, type IdleLimit } from './idle-limit.js';

/** One file to fetch. */
interface TransferJob {
  readonly url: string;
  /** How messages call it. */
  readonly path: string;
  /** Its final name on disk; until it is whole and right it is `<target>.part`. */
  readonly target: string;
  /** `undefined` for the list of checksums, which nothing vouches for. */
  readonly sha256?: string;
}

/** How transfers behave. */
export interface TransferOptions {
  readonly signal: AbortSignal;
  readonly gate: Gate;
  /** Failures without new bytes between them before a file is given up. */
  readonly attempts: number;
  /** Seconds without a byte after which a connection is given up. */
  readonly idleSeconds: number;
  readonly backoff: Backoff;
  /** Called with the bytes of the file that are here now; fewer than before when it starts anew. */
  readonly onSize?: (bytes: number) => void;
  /** Called before each repetition with what happened. */
  readonly onRetry?: (message: string) => void;
}

type Outcome =
  | { readonly kind: 'done'; readonly bytes: number }
  | { readonly kind: 'retry'; readonly reason: string; readonly bytes: number; readonly afterSeconds?: number }
  | { readonly kind: 'wrong' | 'final'; readonly reason: string };

/**
 * Fetches a file, going on from its `.part` where the server allows ranges, and gives it its final name when its SHA-256 is right.
 *
 * @returns its size in bytes
 * @throws {CardioError} that names the file, what happened and what to do; the signal's reason when it aborts
 */
export async function transfer(job: TransferJob, options: TransferOptions): Promise<number> {
  await mkdir(dirname(job.target), { recursive: true });
  const random = createRandom(hash32(job.path, 0));
  const validator: Validator = {};
  let best = 0;
  for (let failures = 0; ;) {
    await options.gate.pass(options.signal);
    const outcome = await attempt(job, options, validator);
    if (outcome.kind === 'done') return outcome.bytes;
    if (outcome.kind === 'final') throw givenUp(job, outcome.reason, 'Choose another `--mirror`, or try again later');
    if (outcome.kind === 'retry' && outcome.bytes > best) {
      best = outcome.bytes;
      failures = 0; // it comes, if in pieces
    }
    if (++failures >= options.attempts) {
      throw outcome.kind === 'wrong'
        ? givenUp(job, outcome.reason, "The server's copy is damaged: choose another `--mirror`", 'data')
        : givenUp(job, `${outcome.reason}, ${failures} times in succession`, 'Run the same command again to go on');
    }
    options.onRetry?.(`${job.path}: ${outcome.reason}; trying again`);
    const wait = backoffSeconds(failures, options.backoff, random);
    await sleep(1000 * wait, undefined, { signal: options.signal });
  }
}

function givenUp(
  job: TransferJob,
  reason: string,
  advice: string,
  code: 'not-found' | 'data' = 'not-found',
): CardioError {
  return new CardioError(code, `${job.path}: ${reason} (${job.url}). ${advice}.`);
}

/** What says that the rest belongs to the beginning where no checksum does. */
interface Validator {
  etag?: string;
}

async function attempt(job: TransferJob, options: TransferOptions, validator: Validator): Promise<Outcome> {
  const part = `${job.target}.part`;
  const hash = createHash('sha256');
  const resumable = job.sha256 !== undefined || validator.etag !== undefined;
  const kept = resumable ? await hashFile(part, hash) : 0;
  options.onSize?.(kept);
  if (kept > 0 && hash.copy().digest('hex') === job.sha256) return finish(job, part, kept);

  return withIdleLimit(options.signal, options.idleSeconds, async (limit) => {
    const broken = (error: unknown, bytes: number): Outcome => {
      options.signal.throwIfAborted();
      const silent = `the server sends nothing for ${options.idleSeconds} s`;
      const reason = limit.signal.aborted ? silent : `the connection breaks (${causeOf(error)})`;
      return { kind: 'retry', reason, bytes };
    };
    let response: Response;
    try {
      const request = fetch(job.url, { headers: requestHeaders(kept, validator), signal: limit.signal });
      response = await limit.race(request);
    } catch (error) {
      return broken(error, kept);
    }
    const failure = failureOf(response, kept, options.gate);
    if (failure?.kind === 'wrong') await rm(part, { force: true });
    if (failure || response.body === null) {
      response.body?.cancel().catch(() => undefined);
      return failure ?? { kind: 'retry', reason: 'the answer has no body', bytes: kept };
    }
    const resumed = response.status === 206;
    const etag = response.headers.get('ETag');
    if (etag?.startsWith('"')) validator.etag = etag;
    else delete validator.etag;
    return await receive(job, part, response.body, limit, {
      hash: resumed ? hash : createHash('sha256'),
      size: resumed ? kept : 0,
      broken,
      onSize: options.onSize ?? ((): void => undefined),
    });
  });
}

interface Receiving {
  readonly hash: Hash;
  /** Bytes that are in the part already and to be kept. */
  size: number;
  readonly broken: (error: unknown, bytes: number) => Outcome;
  readonly onSize: (bytes: number) => void;
}

async function receive(
  job: TransferJob,
  part: string,
  body: ReadableStream<Uint8Array>,
  limit: IdleLimit,
  { hash, size, broken, onSize }: Receiving,
): Promise<Outcome> {
  const handle = await open(part, size > 0 ? 'a' : 'w');
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await limit
        .race(reader.read())
        .catch((error: unknown) => ({ done: undefined, value: error }));
      if (done === undefined) return broken(value, size);
      if (done) break;
      const bytes = value as Uint8Array; // the error was dealt with above
      hash.update(bytes);
      await handle.writeFile(bytes);
      size += bytes.length;
      limit.touch();
      onSize(size);
    }
    await handle.datasync(); // or a power cut could leave an empty file under the final name
  } finally {
    await handle.close();
    reader.cancel().catch(() => undefined); // not awaited: of a lost connection it might never end
  }
  if (job.sha256 === undefined || hash.digest('hex') === job.sha256) return finish(job, part, size);
  await rm(part, { force: true });
  onSize(0);
  return { kind: 'wrong', reason: `its ${size} bytes do not have the SHA-256 that the list of checksums gives` };
}

async function finish({ target }: TransferJob, part: string, bytes: number): Promise<Outcome> {
  await rename(part, target);
  return { kind: 'done', bytes };
}

function requestHeaders(kept: number, { etag }: Validator): Record<string, string> {
  const plain = { 'Accept-Encoding': 'identity' };
  return kept === 0 ? plain : { ...plain, Range: `bytes=${kept}-`, ...(etag && { 'If-Range': etag }) };
}

const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/** What is wrong with an answer; `undefined` when its body is the file or the rest of it. */
function failureOf(response: Response, kept: number, gate: Gate): Outcome | undefined {
  const { status, headers } = response;
  if (status === 200) return undefined;
  if (status === 206) {
    const start = /^bytes (\d+)-/.exec(headers.get('Content-Range') ?? '')?.[1];
    if (kept > 0 && Number(start) === kept) return undefined;
    return { kind: 'wrong', reason: `the server was asked for bytes from ${kept} and gives them from ${start ?? '?'}` };
  }
  const reason = `the server answers ${`${status} ${response.statusText}`.trim()}`;
  if (status === 416) return { kind: 'wrong', reason };
  if (!passing.has(status)) return { kind: 'final', reason };
  const asked = retryAfterSeconds(headers.get('Retry-After'), Date.now());
  if (asked !== undefined) gate.close(Math.min(asked, longestWaitSeconds));
  return { kind: 'retry', reason, bytes: 0 };
}

/** No `Retry-After` is obeyed for longer: the user would think that the command hangs. */
const longestWaitSeconds = 600;

/** Adds a file to a hash; its size, 0 when there is none. */
export async function hashFile(path: string, hash: Hash): Promise<number> {
  let size = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return size;
}

/** Node's fetch says only "fetch failed"; what failed is in the cause. */
function causeOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}
