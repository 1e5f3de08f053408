/** What work under a limit is given. */
export interface IdleLimit {
  /** For `fetch`, which then closes the connection. */
  readonly signal: AbortSignal;
  /** Starts the time anew. */
  touch(): void;
  /**
   * The promise's value, or a rejection as soon as the limit is reached. Needed beside the signal: on a busy machine, Node 20's fetch was
   * seen to leave a read of a broken connection pending for ever, aborted or not.
   */
  race<T>(promise: Promise<T>): Promise<T>;
}

/** Runs work that is stopped when nothing touches its limit for some seconds or when the outer signal aborts. */
export async function withIdleLimit<T>(
  outer: AbortSignal,
  seconds: number,
  work: (limit: IdleLimit) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error));
  });
  stopped.catch(() => undefined); // it may be that nothing is racing
  outer.addEventListener('abort', abort); // AbortSignal.any would stay tied to a signal that outlives a million files
  const timer = setTimeout(abort, 1000 * seconds);
  try {
    if (outer.aborted) abort();
    return await work({
      signal: stop.signal,
      touch: () => void timer.refresh(),
      race: (promise) => Promise.race([promise, stopped]),
    });
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', abort);
  }
}
