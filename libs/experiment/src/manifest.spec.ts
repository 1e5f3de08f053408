import { expect, test } from '@jest/globals';
import { datasetFactory } from '@cardio/datasets';

import { describeRun, shownRecords } from './manifest.js';
import type { ExperimentConfig } from './schema.js';

test('a manifest counts absent records and names the first of them', async () => {
  const dataset = await datasetFactory.create('synthetic', { records: 20, seconds: 2, fold: 0 });
  const absent = Array.from({ length: 800_000 }, (_, i) => `record-${i}`);
  const run = { id: 'a', dir: 'a', config: { seed: 1, model: { name: 'cnn' } } as unknown as ExperimentConfig };
  const engine = { name: 'cpu', reason: 'for a test' } as Parameters<typeof describeRun>[2];
  const manifest = describeRun(run, { ...dataset, report: { ...dataset.report, absent } }, engine, 10);
  expect(manifest.dataset.absent).toEqual({ count: 800_000, first: absent.slice(0, shownRecords) });
  expect(JSON.stringify(manifest).length).toBeLessThan(10_000);
});
