import { request } from './client.js';

/** One server-sent event. */
export interface ServerEvent {
  readonly type: string;
  readonly data: string;
  readonly id: string;
}

/**
 * Follows a stream of server-sent events, and connects again after 1, 2, 4 … 15 s where it breaks off, from the last event on. (The
 * browser's own `EventSource` can't send a token.)
 *
 * @param onEvent gets each event; ends the stream by returning false
 * @returns a function that ends it
 */
export function followEvents(
  path: string,
  onEvent: (event: ServerEvent) => boolean | undefined,
  onConnection: (connected: boolean) => void = () => undefined,
): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  let last = '';
  const run = async (): Promise<void> => {
    for (let wait = 1000; !signal.aborted; wait = Math.min(15_000, 2 * wait)) {
      try {
        const headers = { accept: 'text/event-stream', ...(last ? { 'last-event-id': last } : {}) };
        const { body } = await request(path, { headers, signal });
        onConnection(true);
        if (!body) return;
        for await (const event of parseEvents(textOf(body))) {
          wait = 1000;
          last = event.id || last;
          if (onEvent(event) === false) return;
        }
      } catch {
        if (signal.aborted) return;
      }
      onConnection(false);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };
  void run();
  return () => controller.abort();
}

async function* textOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    await reader.cancel();
  }
}

/** Reads events from text in pieces of any size (WHATWG HTML, section 9.2.6). */
export async function* parseEvents(pieces: AsyncIterable<string>): AsyncGenerator<ServerEvent> {
  let rest = '';
  let [type, data, id] = ['', [] as string[], ''];
  for await (const piece of pieces) {
    rest += piece;
    const complete = rest.endsWith('\r') ? rest.length - 1 : rest.length; // the other half of a line's end may follow
    const lines = rest.slice(0, complete).split(/\r\n|\n|\r/);
    rest = lines[lines.length - 1] + rest.slice(complete);
    for (const line of lines.slice(0, -1)) {
      if (line === '') {
        if (data.length > 0) yield { type: type || 'message', data: data.join('\n'), id };
        [type, data] = ['', []];
        continue;
      }
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (name === 'event') type = value;
      else if (name === 'data') data.push(value);
      else if (name === 'id') id = value;
    }
  }
}
