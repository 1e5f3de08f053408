import { CardioError } from '@cardio/core';

import { basicAuth, requestJson } from './http.js';
import type { WandbRow, WandbRun } from './wandb-run.js';

/** A run on a Weights & Biases server. */
export interface WandbLive {
  /** Lines of history from line `offset` on, replacing what is there; `exitCode` ends the run, and no lines say that it is alive. */
  send(rows: readonly WandbRow[], offset: number, exitCode?: number): Promise<void>;
}

/**
 * Makes the run on the server, or finds it there by its id: the requests of `wandb sync` (wandb 0.30), GraphQL's `upsertBucket` and the `file_stream`
 * of the run.
 *
 * @throws CardioError `unavailable` with the server's answer
 */
export async function openWandbLive(
  run: WandbRun,
  server: { readonly url: string; readonly apiKey: string },
): Promise<WandbLive> {
  const base = server.url.replace(/\/+$/, '');
  const headers = basicAuth('api', server.apiKey);
  const config = Object.fromEntries(Object.entries(run.config).map(([key, value]) => [key, { value }]));
  const variables = {
    name: run.id,
    project: run.project,
    entity: run.entity ?? null,
    displayName: run.name,
    tags: run.tags,
    config: JSON.stringify(config),
  };
  const body = { query: upsertBucket, variables, operationName: 'UpsertBucket' };
  // a GraphQL answer: what is asked for below, or errors
  const answer = (await requestJson('POST', `${base}/graphql`, { headers, body })) as {
    errors?: { message: string }[];
    data?: { upsertBucket?: { bucket?: Bucket } };
  };
  const bucket = answer.data?.upsertBucket?.bucket;
  if (!bucket) {
    const reason = answer.errors?.map(({ message }) => message).join('; ') ?? 'it gave no run back';
    throw new CardioError('unavailable', `The server ${base} did not make the run \`${run.id}\`: ${reason}`);
  }
  const path = [bucket.project.entity.name, bucket.project.name, bucket.name].map(encodeURIComponent).join('/');
  return {
    async send(rows, offset, exitCode) {
      const last = rows.at(-1);
      const files = last && {
        'wandb-history.jsonl': { offset, content: rows.map((row) => JSON.stringify(row)) },
        'wandb-summary.json': { offset: 0, content: [JSON.stringify(last)] },
      };
      const end = exitCode === undefined ? {} : { complete: true, exitcode: exitCode };
      await requestJson('POST', `${base}/files/${path}/file_stream`, {
        headers,
        body: { ...(files && { files }), ...end },
      });
    },
  };
}

interface Bucket {
  readonly name: string;
  readonly project: { readonly name: string; readonly entity: { readonly name: string } };
}

const upsertBucket = `mutation UpsertBucket($name: String, $project: String, $entity: String, $displayName: String, $config: JSONString, $tags: [String!]) {
  upsertBucket(input: {name: $name, modelName: $project, entityName: $entity, displayName: $displayName, config: $config, tags: $tags}) {
    bucket { name project { name entity { name } } }
    inserted
  }
}`;
