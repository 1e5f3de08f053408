import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { trainingConfig } from '../config.js';
import type { EpochRecord } from '../history.js';
import { metricsLog } from './metrics-log.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-metrics-'));
afterAll(() => rmSync(folder, { recursive: true }));

const record = (epoch: number, loss: number): EpochRecord => ({
  epoch,
  step: epoch,
  learningRate: 1,
  train: { loss, gradientNorm: 1 },
  validation: { loss, macroF1: null },
  best: true,
  seconds: 1,
});

test('a resumed run has every epoch once, whatever the interrupted one left', async () => {
  const path = join(folder, 'new', 'metrics.jsonl');
  const records = [record(1, 3), record(2, 2)];
  const begin = { epochs: 3, batchesPerEpoch: 1, config: trainingConfig.parse({}) };
  const interrupted = metricsLog(path);
  await interrupted.onTrainBegin?.({ ...begin, history: [] });
  for (const r of [...records, record(3, 99)]) await interrupted.onEpochEnd?.({ record: r, checkpoint: undefined });
  appendFileSync(path, '{"epoch":4,"st'); // killed while it wrote

  const resumed = metricsLog(path);
  await resumed.onTrainBegin?.({ ...begin, history: records });
  await resumed.onEpochEnd?.({ record: record(3, 1), checkpoint: undefined });
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as EpochRecord)).toEqual([...records, record(3, 1)]);
});
