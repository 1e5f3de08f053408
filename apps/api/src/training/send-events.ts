import type { JobEvent } from '@cardio/jobs';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { eventDocument } from './job-document.js';

/** A line that says nothing, so that no proxy takes the connection for dead. */
const heartbeatMs = 15_000;

/** Sends events as a stream (WHATWG HTML, section 9.2) until they end or the client goes. */
export async function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  follow: (signal: AbortSignal) => AsyncIterable<JobEvent>,
): Promise<FastifyReply> {
  const gone = new AbortController();
  const { raw } = reply.hijack();
  raw.on('close', () => gone.abort());
  const headers = {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  };
  raw.writeHead(200, headers as Record<string, string>);
  const heart = setInterval(() => raw.write(': \n\n'), heartbeatMs);
  try {
    for await (const event of follow(gone.signal)) {
      const text = `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(eventDocument(event))}\n\n`;
      if (!raw.write(text)) await new Promise((resolve) => (raw.once('drain', resolve), raw.once('close', resolve)));
    }
  } catch (error) {
    request.log.error(error); // the client connects again from the last event that it has
  } finally {
    clearInterval(heart);
    raw.end();
  }
  return reply;
}
