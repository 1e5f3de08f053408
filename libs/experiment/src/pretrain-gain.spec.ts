import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, jest, test } from '@jest/globals';

import { pretrainRun } from './pretrain.js';
import { resolveConfig } from './resolve.js';
import { createRun, type Run } from './run-folder.js';
import { trainRun } from './train.js';

const wanted = process.env['CARDIO_TEST_LONG'] === '1';
if (!wanted)
  console.warn('Skipped: the gain of pre-training is measured with CARDIO_TEST_LONG=1 (minutes, native engine).');
jest.setTimeout(3_600_000);
const runsDir = mkdtempSync(join(tmpdir(), 'cardio-pretrain-gain-'));
afterAll(() => rmSync(runsDir, { recursive: true }));

/** 1500 records to pre-train on, a tenth of them with labels, 250 to choose by and 250 to test on; other patients for each seed. */
const common = {
  ...{ dataset: 'synthetic', records: '2000', seconds: '5', folds: '8', model: 'heartbeit', preset: 'tiny' },
  ...{
    width: '64',
    depth: '3',
    heads: '4',
    'runs-dir': runsDir,
    'batch-size': '32',
    patience: '0',
    schedule: 'cosine',
  },
};
const runOf = async (flags: Record<string, string>, purpose?: 'pretrain'): Promise<Run> =>
  createRun((await resolveConfig({ flags: { ...common, ...flags }, ...(purpose && { purpose }) })).config);

/** Macro AUROC on the test split, fine-tuned less from scratch. */
async function gain(seed: string): Promise<number> {
  const own = { seed, 'cohort-seed': seed, 'store-dir': join(runsDir, `store-${seed}`) };
  const numbers = { codes: '256', epochs: '60', 'learning-rate': '0.004', dropout: '0', 'drop-path': '0' };
  const pretrained = await runOf({ ...own, ...numbers }, 'pretrain');
  await pretrainRun(pretrained);
  const scores: number[] = [];
  for (const side of [{ from: pretrained.dir }, {}]) {
    const few = { 'label-fraction': '0.1', epochs: '40', 'warmup-epochs': '4', 'learning-rate': '0.003' };
    const { evaluation } = await trainRun(await runOf({ ...own, ...few, ...side }));
    scores.push(evaluation?.summary['macroAuroc'] ?? NaN);
  }
  console.log(`seed ${seed}: fine-tuned ${scores[0].toFixed(4)}, from scratch ${scores[1].toFixed(4)}`);
  return scores[0] - scores[1];
}

(wanted ? test : test.skip)('pre-training, then a tenth of the labels, beats a tenth of the labels alone', async () => {
  const gains = [await gain('0'), await gain('1'), await gain('2')];
  expect(gains.reduce((sum, one) => sum + one, 0) / 3).toBeGreaterThan(0);
});
