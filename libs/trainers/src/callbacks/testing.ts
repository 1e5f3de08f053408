import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { TrainerCallback } from '../callbacks.js';
import { trainingConfig } from '../config.js';
import type { EpochRecord, History } from '../history.js';

/** An epoch of 10 steps and 2.5 seconds, whose losses are 1 and 1/2 over its number. */
export const epochRecord = (epoch: number, change: Partial<EpochRecord> = {}): EpochRecord => ({
  epoch,
  step: 10 * epoch,
  learningRate: 0.001,
  train: { loss: 1 / epoch, gradientNorm: 1 },
  validation: { loss: 0.5 / epoch, macroF1: 0.25 },
  best: true,
  seconds: 2.5,
  ...change,
});

/** Plays a training to a callback: epochs `from` + 1 to `to`, the ones before being its history. */
export async function play(
  callback: TrainerCallback,
  { from = 0, to, stopped }: { from?: number; to: number; stopped?: History['stopped'] },
): Promise<void> {
  const records = Array.from({ length: to }, (_, i) => epochRecord(i + 1));
  const config = trainingConfig.parse({});
  await callback.onTrainBegin?.({ history: records.slice(0, from), epochs: to, batchesPerEpoch: 10, config });
  for (const record of records.slice(from)) await callback.onEpochEnd?.({ record, checkpoint: undefined });
  if (stopped) await callback.onTrainEnd?.({ history: { epochs: records, best: null, stopped } });
}

/** A request as it arrived at a {@link listen}. */
export interface Received {
  /** Method and path with query. */
  readonly what: string;
  readonly authorization: string | undefined;
  /** JSON of a POST. */
  readonly body: Record<string, unknown>;
}

/** A server on this machine that answers by status and JSON. */
export interface Listening {
  readonly url: string;
  readonly received: Received[];
  close(): Promise<void>;
}

/** Listens on a free port and keeps what arrives. */
export async function listen(answer: (request: Received) => [status: number, body: unknown]): Promise<Listening> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const arrived: Received = {
        what: `${request.method} ${request.url}`,
        authorization: request.headers.authorization,
        body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
      };
      received.push(arrived);
      const [status, body] = answer(arrived);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
