import type { Logger } from 'pino';

/** Does long work that stops when Ctrl-C is pressed: the first time after its current step, the second time at once. */
export async function interruptible<T>(logger: Logger, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(130);
    logger.warn('Stopping after this step; press again to quit at once.');
    stop.abort();
  };
  process.on('SIGINT', interrupt);
  try {
    return await work(stop.signal);
  } catch (error) {
    logger.debug({ err: error }, 'failed');
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
  }
}
