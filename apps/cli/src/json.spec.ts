import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { writeSyntheticMitbih } from '@cardio/datasets';

jest.setTimeout(120_000);

const bin = fileURLToPath(new URL('../bin/cardio.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cardio-json-'));
afterAll(() => rmSync(folder, { recursive: true }));

const cardio = (args: string) =>
  spawnSync(process.execPath, [bin, ...args.split(' ')], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
    encoding: 'utf8',
    maxBuffer: 1e9,
  });

const quickest = '--dataset synthetic --records 40 --seconds 2 --preset tiny --epochs 1';

beforeAll(async () => {
  await writeSyntheticMitbih(join(folder, 'mitdb'), { seed: 3 });
  const experiment = {
    dataset: { name: 'synthetic', records: 40, seconds: 2 },
    model: { name: 'cnn_lstm', preset: 'tiny' },
    training: { epochs: 1 },
  };
  const parameters = { 'training.learningRate': { choice: [0.001] } };
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify({ experiment, search: { strategy: 'grid' }, parameters }));
});

// In this order: the first makes the run that those after it are about.
test.each<[string, object]>([
  [`train ${quickest} --model cnn_lstm --run-id first --json`, { id: 'first', epochs: 1, stopped: 'completed' }],
  [`train ${quickest} --model cnn_lstm --folds 3 --run-id folds --json`, { folds: expect.any(Array) }],
  [`train ${quickest} --model cnn_lstm --find-lr --json`, { curve: expect.any(Array) }],
  [`pretrain ${quickest} --model heartbeit --codes 64 --run-id masked --json`, { id: 'masked', epochs: 1 }],
  [`config ${quickest} --model cnn_lstm --json`, { dataset: { name: 'synthetic' } }],
  ['sweep --config sweep.json --run-id search --json', { trials: [{ status: 'trained' }], best: 1 }],
  ['evaluate first --json', { split: 'test' }],
  ['report first --json', { path: join('runs', 'first', 'report.html') }],
  ['runs list --json', [{ id: expect.any(String) }, { id: expect.any(String) }]],
  ['runs show first --json', { id: 'first' }],
  ['runs compare first first --json', { sameTest: true }],
  ['export first --records 4 --json', { path: expect.stringMatching(/model\.onnx$/) }],
  ['export first --format tfjs-layers --json', { path: expect.stringContaining('tfjs-layers') }],
  ['models --json', expect.arrayContaining([expect.objectContaining({ name: 'heartbeit' })])],
  ['models cnn_lstm --json', [{ name: 'cnn_lstm' }]],
  ['datasets list --json', expect.arrayContaining([expect.objectContaining({ name: 'ptbxl' })])],
  ['engine --json', { auto: expect.any(Object) }],
  ['doctor --offline --json', { findings: expect.any(Array) }],
])('cardio %s prints one document', (args, part) => {
  const { stdout, stderr } = cardio(args);
  expect(stderr).not.toMatch(/^error/m);
  expect(JSON.parse(stdout)).toMatchObject(part);
});

test('what is found of data in a folder is JSON, also where it exits with 1', () => {
  const { status, stdout } = cardio('datasets verify mitbih --data-dir mitdb --sample 1 --json');
  expect([status, JSON.parse(stdout)]).toEqual([1, expect.objectContaining({ dataset: 'mitbih' })]);
});

test('a prediction is JSON', () => {
  const trained = cardio(
    `train --dataset mitbih --data-dir mitdb --model cnn_lstm --preset tiny --epochs 1 --run-id beats --json`,
  );
  expect(trained.stderr).not.toMatch(/^error/m);
  expect(JSON.parse(cardio(`predict beats ${join('mitdb', '213')} --json`).stdout)).toMatchObject({
    windows: expect.any(Array),
  });
});
