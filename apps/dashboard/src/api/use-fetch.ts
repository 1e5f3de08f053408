import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

import { get } from './client.js';

/** An answer of the service, as far as it is there. */
export interface Fetched<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  /** Asks again, once more if it is being asked just now, and keeps what is shown until the answer is there. */
  readonly reload: () => void;
}

/**
 * Gets JSON from the service while a component is shown.
 *
 * @param path `undefined` to ask nothing
 * @param everyMs asks again so often, while the tab is visible
 */
export function useFetch<T>(path: string | undefined, everyMs?: number): Fetched<T> {
  const [state, setState] = useState<{ path: string | undefined; data?: T; error?: unknown }>({ path });
  const ask = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (path === undefined) return;
    const controller = new AbortController();
    let [busy, again] = [false, false];
    const load = async (): Promise<void> => {
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      try {
        const data = await get<T>(path, controller.signal);
        setState({ path, data });
      } catch (error) {
        if (!controller.signal.aborted)
          setState((before) => ({ ...(before.path === path ? before : { path }), error }));
      }
      busy = false;
      if (again && !controller.signal.aborted) {
        again = false;
        await load();
      }
    };
    ask.current = () => void load();
    void load();
    return () => controller.abort();
  }, [path]);
  const reload = useCallback(() => ask.current(), []);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  const current = state.path === path;
  return { data: current ? state.data : undefined, error: current ? state.error : undefined, reload };
}
