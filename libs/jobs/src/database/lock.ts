import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

import { CardioError } from '@cardio/core';
import { z } from 'zod';

/** Who has a folder: the number of a process alone says little, as in a container it is 1 after each restart. */
const ownerSchema = z.object({ pid: z.number(), host: z.string(), began: z.string().optional() });

/** The owner touches its file so often; one that did not for `silentMs` is gone, where its process can't be looked at. */
const touchMs = 2000;
const silentMs = 15_000;

const mine = new Set<string>();

/**
 * Takes a folder for this process, also from an owner that was killed.
 *
 * @param path of the file that says so
 * @param folder for people
 * @returns what gives it back
 * @throws {CardioError} `unavailable` while another process has it, `usage` where this one has
 */
export function takeLock(path: string, folder: string): () => void {
  if (mine.has(path)) throw new CardioError('usage', `The database in \`${folder}\` is open already.`);
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname(), began: beganAt(process.pid) }), { flag: 'wx' }); // prettier-ignore
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = liveOwner(path);
      if (owner !== undefined) {
        throw new CardioError(
          'unavailable',
          `The database in \`${folder}\` is open in ${owner}. Ask that service, or let both use a PostgreSQL server (--database-url).`,
        );
      }
      rmSync(path, { force: true });
    }
  }
  mine.add(path);
  const touch = (): void => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The folder was removed: there is nothing to keep.
    }
  };
  const timer = setInterval(touch, touchMs).unref();
  return () => {
    clearInterval(timer);
    mine.delete(path);
    rmSync(path, { force: true });
  };
}

/** The owner in words; `undefined` once it is gone. */
function liveOwner(path: string): string | undefined {
  try {
    const silent = Date.now() - statSync(path).mtimeMs > silentMs;
    const { success, data } = ownerSchema.safeParse(parsed(readFileSync(path, 'utf8')));
    if (!success) return silent ? undefined : 'another process';
    const { pid, host, began } = data;
    if (host !== hostname()) return silent ? undefined : `process ${pid} of ${host}`;
    // Without `/proc`, a file with our own number is of one before us that was killed.
    const same = began === beganAt(pid) && (began !== undefined || pid !== process.pid);
    return same && isAlive(pid) ? `process ${pid}` : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** When a process began, in ticks since which start of the machine (proc(5), field 22); `undefined` where the system has no `/proc`. */
function beganAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]} ${boot}`;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
