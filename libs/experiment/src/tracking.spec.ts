import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { resolveConfig } from './resolve.js';
import { trackersOf, trackingSchema } from './tracking.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-tracking-'));
afterAll(() => rmSync(folder, { recursive: true }));

const trackers = async (flags: Record<string, string>, env: Record<string, string> = {}): Promise<number> => {
  const { config } = await resolveConfig({ flags: { dataset: 'synthetic', model: 'cnn_lstm', ...flags }, env });
  return trackersOf({ id: 'a', dir: join(folder, 'a'), config }, { env }).length;
};

test('flags and variables choose the trackers; metrics.jsonl is always there, TensorBoard unless it is refused', async () => {
  expect(await trackers({})).toBe(2);
  expect(await trackers({ tensorboard: 'false' })).toBe(1);
  expect(await trackers({ csv: 'true', wandb: 'offline', 'wandb-tags': 'a,b', mlflow: 'http://localhost:5000' })).toBe(
    5,
  );
  expect(await trackers({}, { TRAINING_WANDB: 'online', WANDB_API_KEY: 'k' })).toBe(3);
  expect(await trackers({ mlflow: 'env' }, { MLFLOW_TRACKING_URI: 'http://localhost:5000' })).toBe(3);
});

test('a key or an address that is missing is said before the training, and a password is kept out of the configuration', async () => {
  await expect(trackers({ wandb: 'online' })).rejects.toThrow(/WANDB_API_KEY/);
  await expect(trackers({ mlflow: 'env' })).rejects.toThrow(/MLFLOW_TRACKING_URI/);
  expect(trackingSchema.safeParse({ mlflow: 'http://me:secret@host' }).success).toBe(false);
  await expect(trackers({ mlflow: 'http://me:secret@host' })).rejects.toThrow(/MLFLOW_TRACKING_PASSWORD/);
});
