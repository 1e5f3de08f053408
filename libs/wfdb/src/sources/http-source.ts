import { WfdbError } from '../errors.js';
import { exactly, inside, missing, type Source } from './source.js';

/** How to ask the server. */
export interface HttpOptions {
  /** Headers, credentials, an abort signal and whatever else `fetch` takes. */
  readonly init?: RequestInit;
  /** In place of the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/**
 * Files below an HTTP or HTTPS address, read by range requests. A server that answers with the whole file instead is asked once for each
 * file, which is kept as long as the source is.
 *
 * @param base such as `https://physionet.org/files/mitdb/1.0.0/`
 *
 * @example
 * const source = httpSource('https://physionet.org/files/mitdb/1.0.0/');
 * const { signal } = await readRecord({ source, name: '100' }, { from: 0, to: 3600 });
 */
export function httpSource(base: string, { init, fetch: request = fetch }: HttpOptions = {}): Source {
  const locate = (name: string): string =>
    `${base.replace(/\/+$/, '')}/${name.split('/').map(encodeURIComponent).join('/')}`;
  const whole = new Map<string, Uint8Array>();
  const sizes = new Map<string, number>();

  const ask = async (name: string, range?: string): Promise<Response> => {
    inside(name);
    const headers = new Headers(init?.headers);
    if (range) headers.set('Range', `bytes=${range}`);
    const place = locate(name);
    const response = await request(place, { ...init, headers }).catch((cause: unknown) => {
      throw new WfdbError(place, `can't be fetched (${String(cause)}).`, { code: 'not-found', cause });
    });
    if (response.status === 404 || response.status === 410) throw missing(place);
    if (!response.ok && response.status !== 416)
      throw new WfdbError(place, `the server answers ${response.status} ${response.statusText}.`, {
        code: 'not-found',
      });
    return response;
  };
  const bodyOf = async (response: Response, name: string): Promise<Uint8Array> => {
    const body = await response.arrayBuffer().catch((cause: unknown) => {
      throw new WfdbError(locate(name), `the answer breaks off (${String(cause)}).`, { code: 'not-found', cause });
    });
    return new Uint8Array(body);
  };
  const keep = async (response: Response, name: string): Promise<Uint8Array> => {
    const bytes = await bodyOf(response, name);
    whole.set(name, bytes);
    return bytes;
  };

  const size = async (name: string): Promise<number> => {
    const known = whole.get(name)?.length ?? sizes.get(name);
    if (known !== undefined) return known;
    const response = await ask(name, '0-0');
    if (response.status === 200) return (await keep(response, name)).length;
    const found = rangeTotal(response, locate(name));
    await response.body?.cancel();
    sizes.set(name, found);
    return found;
  };

  return {
    locate,
    size,
    read: async (name, start = 0, end?) => {
      const kept = whole.get(name);
      if (kept) return exactly(kept.subarray(start, end), locate(name), start, end ?? kept.length);
      if (start === 0 && end === undefined) return keep(await ask(name), name);
      const stop = end ?? (await size(name));
      if (stop <= start) return new Uint8Array(0);
      const response = await ask(name, `${start}-${stop - 1}`);
      if (response.status === 200)
        return exactly((await keep(response, name)).subarray(start, stop), locate(name), start, stop);
      const [, first] = /^bytes (\d+)-/.exec(response.headers.get('Content-Range') ?? '') ?? [];
      if (Number(first ?? start) !== start)
        throw new WfdbError(locate(name), `the server was asked for bytes from ${start} and gives them from ${first}.`);
      return exactly(await bodyOf(response, name), locate(name), start, stop);
    },
  };
}

/** The file's size, which stands behind the `/` of `Content-Range: bytes 0-0/1950000`. */
function rangeTotal(response: Response, place: string): number {
  const total = /\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '')?.[1];
  if (total !== undefined) return Number(total);
  throw new WfdbError(
    place,
    'the server answers a range request without the size of the file in `Content-Range`. Does it expose that header (CORS)?',
    { code: 'not-found' },
  );
}
