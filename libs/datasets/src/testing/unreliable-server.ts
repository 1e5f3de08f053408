import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRandom } from '@cardio/core';

/** How a server treats one file: `visit` counts the GET requests for it from 1. Returning `true` lets it be served as it should be. */
export type Trouble = (context: {
  readonly visit: number;
  readonly content: Buffer;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}) => boolean;

/** A running server. */
export interface UnreliableServer {
  /** Of the folder with the list of checksums. */
  readonly address: string;
  /** GET requests by path, with the `Range` that each asked for, and when (ms). */
  readonly visits: Map<string, { range: string | undefined; at: number }[]>;
  readonly close: () => Promise<void>;
}

/** Bytes that are the same each time. */
export function someBytes(seed: number, length: number): Buffer {
  const random = createRandom(seed);
  return Buffer.from(Uint8Array.from({ length }, () => random.integer(256)));
}

/** A list of checksums as PhysioNet writes it. */
function checksumText(files: Readonly<Record<string, Buffer>>): string {
  const line = ([path, content]: [string, Buffer]): string =>
    `${createHash('sha256').update(content).digest('hex')} ${path}\n`;
  return Object.entries(files).map(line).join('');
}

/** Serves files with HEAD and ranges below `/files/`, and their `SHA256SUMS.txt`, giving some of them trouble. */
export async function unreliableServer(
  files: Readonly<Record<string, Buffer>>,
  troubles: Readonly<Record<string, Trouble>> = {},
): Promise<UnreliableServer> {
  const all: Record<string, Buffer> = { 'SHA256SUMS.txt': Buffer.from(checksumText(files)), ...files };
  const visits: UnreliableServer['visits'] = new Map();
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').replace(/^\/(?:files|moved)\//, ''));
    const content = all[path];
    if (content === undefined) return void response.writeHead(404).end();
    if (request.method === 'HEAD')
      return void response.writeHead(200, { 'Content-Length': String(content.length) }).end();
    const seen = visits.get(path) ?? [];
    visits.set(path, [...seen, { range: request.headers.range, at: performance.now() }]);
    const trouble = request.url?.startsWith('/moved/') ? undefined : troubles[path];
    if (trouble === undefined || trouble({ visit: seen.length + 1, content, request, response }))
      serve(content, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/files/`,
    visits,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function serve(content: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start === 0) return void response.writeHead(200, { 'Content-Length': String(content.length) }).end(content);
  if (start >= content.length)
    return void response.writeHead(416, { 'Content-Range': `bytes */${content.length}` }).end();
  const rest = content.subarray(start);
  response.writeHead(206, {
    'Content-Length': String(rest.length),
    'Content-Range': `bytes ${start}-${content.length - 1}/${content.length}`,
  });
  response.end(rest);
}

/** Drops the connection after the first part of the answer. */
export function breakOff({ content, request, response }: Parameters<Trouble>[0], bytes: number): false {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const rest = content.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, {
    'Content-Length': String(rest.length),
    ...(start > 0 && { 'Content-Range': `bytes ${start}-${content.length - 1}/${content.length}` }),
  });
  response.write(rest.subarray(0, bytes), () => setTimeout(() => response.destroy(), 20));
  return false;
}

/** Answers with a `Content-Length` of the server's choice and these bytes, then closes the connection. */
export function lieAboutLength(
  { response }: Parameters<Trouble>[0],
  body: Buffer,
  contentLength: number,
  range?: string,
): false {
  const status = range === undefined ? '200 OK' : `206 Partial Content\r\nContent-Range: ${range}`;
  const head = `HTTP/1.1 ${status}\r\nContent-Length: ${contentLength}\r\nConnection: close\r\n\r\n`;
  response.socket?.end(Buffer.concat([Buffer.from(head), body]));
  return false;
}
