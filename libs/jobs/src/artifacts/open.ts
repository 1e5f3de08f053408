import { CardioError } from '@cardio/core';

import type { Artifacts } from './artifacts.js';
import { s3Artifacts } from './s3.js';

/** Opens the store of runs that an address names. @throws {CardioError} `usage` for one that is not known */
export function openArtifacts(address: string): Artifacts {
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z\d][a-z\d.-]+)(?:\/(.*?))?\/?$/.exec(address) ?? [];
  if (bucket) return s3Artifacts(bucket, prefix);
  throw new CardioError('usage', `Runs can't be kept at \`${address}\`. Expected s3://bucket/prefix.`);
}
