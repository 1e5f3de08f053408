import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isPlainName } from '../files.js';

/** A server of this machine alone, for one page. */
export interface PageServer {
  readonly address: string;
  /** What the page fetches from `/data/`. */
  readonly data: Map<string, Uint8Array>;
  /** What the page sent to `/out/`, by number. */
  readonly sent: Map<number, Uint8Array>;
  close(): Promise<void>;
}

/**
 * Serves a page with its script, and the files of some folders by plain names.
 *
 * @param folders by the path that they are served at, such as `bundle`
 */
export async function servePage(script: string, folders: Readonly<Record<string, string>>): Promise<PageServer> {
  const data = new Map<string, Uint8Array>();
  const sent = new Map<number, Uint8Array>();
  const types: Readonly<Record<string, string>> = { wasm: 'application/wasm', mjs: 'text/javascript' };
  const server = createServer((request, response) => {
    const [, folder = '', name = ''] = (request.url ?? '').split('?')[0].split('/');
    const path = Object.hasOwn(folders, folder) && isPlainName(name) ? join(folders[folder], name) : '';
    const known = folder === 'data' ? data.get(name) : undefined;
    if (request.method === 'POST' && folder === 'out') {
      void bodyOf(request).then((body) => {
        sent.set(Number(name), body);
        response.end();
      });
    } else if (folder === '') {
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><script type="module" src="/page.js"></script>');
    } else if (folder === 'page.js') response.setHeader('content-type', 'text/javascript').end(script);
    else if (known) response.end(known);
    else if (path !== '' && existsSync(path)) {
      response.setHeader('content-type', types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream');
      createReadStream(path).pipe(response);
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://localhost:${port}/`,
    data,
    sent,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
