import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@cardio/core';

/** How long to wait before asking again. */
export interface Backoff {
  /** Seconds before the first repetition; each further one waits twice as long. */
  readonly baseSeconds: number;
  readonly maxSeconds: number;
}

/** The wait before repetition `attempt` (from 1), in seconds: exponential, with "equal jitter" so that parallel files spread out. */
export function backoffSeconds(attempt: number, { baseSeconds, maxSeconds }: Backoff, random: Random): number {
  const ceiling = Math.min(maxSeconds, baseSeconds * 2 ** (attempt - 1));
  return ceiling * (0.5 + 0.5 * random.next());
}

/** The seconds of a `Retry-After` header (RFC 9110, 10.2.3), which is a number of them or a date; `undefined` without a usable one. */
export function retryAfterSeconds(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - nowMs) / 1000);
}

/** A pause that all transfers from one server share: when it tells one to wait, all wait. */
export interface Gate {
  /** Closes the gate for a time; an earlier, longer one stays. */
  close(seconds: number): void;
  /** Resolves when the gate is open; rejects when the signal aborts. */
  pass(signal: AbortSignal): Promise<void>;
}

/** An open {@link Gate}. */
export function createGate(): Gate {
  let until = 0;
  return {
    close: (seconds) => {
      until = Math.max(until, performance.now() + seconds * 1000);
    },
    pass: async (signal) => {
      for (let left = until - performance.now(); left > 0; left = until - performance.now())
        await sleep(Math.ceil(left), undefined, { signal });
    },
  };
}
