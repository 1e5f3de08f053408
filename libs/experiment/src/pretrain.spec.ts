import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildSplit, type Example } from '@cardio/datasets';
import { afterAll, describe, expect, jest, test } from '@jest/globals';

import { labelFraction } from './label-fraction.js';
import { pretrainRun } from './pretrain.js';
import { resolveConfig } from './resolve.js';
import { createRun, isPretraining, readJson, type Run } from './run-folder.js';
import { trainRun } from './train.js';

jest.setTimeout(60_000);
const runsDir = mkdtempSync(join(tmpdir(), 'cardio-pretrain-'));
afterAll(() => rmSync(runsDir, { recursive: true }));

const base = {
  ...{ dataset: 'synthetic', records: '60', seconds: '2', leads: 'II,V2', model: 'heartbeit', preset: 'tiny' },
  ...{ 'runs-dir': runsDir, engine: 'wasm', 'batch-size': '16', epochs: '3', seed: '4' },
};
async function runOf(id: string, flags: Record<string, string>, purpose?: 'pretrain'): Promise<Run> {
  const { config } = await resolveConfig({ flags: { ...base, 'run-id': id, ...flags }, ...(purpose && { purpose }) });
  return createRun(config);
}
const pretraining = (id: string): Promise<Run> => runOf(id, { codes: '8', 'codebook-passes': '2' }, 'pretrain');
const weightsOf = ({ dir }: Run, checkpoint = 'last'): Buffer =>
  readFileSync(join(dir, 'checkpoints', checkpoint, 'weights.bin'));

describe('pre-training', () => {
  test('keeps codebook and metrics, and goes on bit for bit after a stop', async () => {
    const whole = await pretraining('whole');
    const { history, codebook } = await pretrainRun(whole);
    expect(codebook.map(({ pass }) => pass)).toEqual([1, 2]);
    const lines = readFileSync(join(whole.dir, 'metrics.jsonl'), 'utf8').trim().split('\n');
    const { validation } = JSON.parse(lines[2]) as { validation: Record<string, number> };
    expect(Object.keys(validation)).toEqual(['loss', 'maskedAccuracy', 'perplexity', 'usage', 'predictedPerplexity']);
    expect(history.epochs[2].train.loss).toBeLessThan(history.epochs[0].train.loss);

    const parts = await pretraining('parts');
    const stop = new AbortController();
    const observer = { onBatchEnd: ({ step }: { step: number }) => (step === 4 ? stop.abort() : undefined) };
    expect((await pretrainRun(parts, { observer, signal: stop.signal })).history.stopped).toBe('aborted');
    expect(weightsOf(parts)).not.toEqual(weightsOf(whole));
    expect((await pretrainRun(parts, { resume: true })).history.stopped).toBe('completed');
    expect(weightsOf(parts)).toEqual(weightsOf(whole));
  });

  test('with nothing but a codebook yet begins at its beginning', async () => {
    const run = await pretraining('early');
    const stopped = { onTrainBegin: () => Promise.reject(new Error('killed')) };
    await expect(pretrainRun(run, { observer: stopped })).rejects.toThrow('killed');
    expect(isPretraining(run)).toBe(true);
    await pretrainRun(run, { resume: true });
    expect(weightsOf(run)).toEqual(weightsOf({ ...run, dir: join(runsDir, 'whole') }));
  });

  test('is for heartbeit, and without labels', async () => {
    const other = await runOf('other', { model: 'cnn_lstm' }, 'pretrain');
    await expect(pretrainRun(other)).rejects.toThrow("`cnn_lstm` can't be pre-trained; `heartbeit` can.");
    const part = await runOf('part', { 'label-fraction': '0.1' }, 'pretrain');
    await expect(pretrainRun(part)).rejects.toThrow('`labelFraction` is for training with labels');
  });
});

describe('training from it', () => {
  const from = join(runsDir, 'whole');

  test('has the defaults of fine-tuning, loads every tensor of the encoder, and says what became of each', async () => {
    const run = await runOf('fine', { from });
    expect(run.config.training).toMatchObject({ layerDecay: 0.75, schedule: 'cosine', warmupEpochs: 0.3 });
    await trainRun(run);
    const { loaded, fresh, left, missing, unexpected, shape } = readJson<Record<string, string[]>>(run, 'transfer');
    expect(loaded).toContain('block2_attention/qkv_kernel');
    expect(fresh).toEqual(['norm/gamma', 'norm/beta', 'logits/kernel', 'logits/bias']);
    expect(left).toEqual(['mask_token/token', 'codes_norm/gamma', 'codes_norm/beta', 'codes/kernel', 'codes/bias']);
    expect([missing, unexpected, shape]).toEqual([[], [], []]);
  });

  test('as a probe moves the head alone', async () => {
    const probe = await runOf('probe', { from, probe: 'true', 'label-fraction': '0.5' });
    await trainRun(probe);
    const encoder = (run: Run, checkpoint: string): Buffer => weightsOf(run, checkpoint).subarray(0, 4 * 20 * 2 * 16);
    expect(encoder(probe, 'last')).toEqual(encoder({ ...probe, dir: from }, 'best')); // the kernel of `patches` comes first
    const { dataset } = readJson<{ dataset: { examples: { train: number } } }>(probe, 'manifest');
    expect(dataset.examples.train).toBeLessThan(30);
  });

  test('refuses what does not match and lists all of it, unless that is allowed', async () => {
    const flags = { from, leads: 'I,II,V2', 'mlp-ratio': '2' };
    const message = await trainRun(await runOf('odd', flags)).catch(({ message: text }: Error) => text);
    expect(message).toContain('patches/kernel: [20, 3, 16] in the model, [20, 2, 16] there');
    for (const name of ['block1_dense1/kernel', 'block1_dense1/bias', 'block2_dense2/kernel']) {
      expect(message).toContain(`shape: ${name}`);
    }
    const allowed = await runOf('allowed', { ...flags, 'allow-mismatch': 'true' });
    await trainRun(allowed);
    expect(readJson<{ shape: string[] }>(allowed, 'transfer').shape).toHaveLength(7);
    const deeper = await runOf('deeper', { from, depth: '3' });
    await expect(trainRun(deeper)).rejects.toThrow('missing: block3_norm1/gamma');
    await expect(trainRun(await runOf('nothing', { probe: 'true' }))).rejects.toThrow('name its run with `from`');
  });

  test('goes on from its own checkpoint, not from the run again', async () => {
    const fine = { ...(await runOf('again', { from })), dir: join(runsDir, 'fine') };
    expect((await trainRun(fine, { resume: true })).history.epochs).toHaveLength(3);
    await expect(trainRun({ ...fine, dir: from }, { resume: true })).rejects.toThrow('pretrain --resume');
  });
});

test('a label fraction takes whole patients, with the shares of the classes, and a smaller one is part of a larger', () => {
  const examples = Array.from({ length: 400 }, (_, i): Example => {
    const patient = Math.floor(i / 2);
    const rare = patient % 10 === 0;
    return {
      ...{ id: `${i}`, recordId: `${i}`, patientId: `${patient}` },
      x: new Float32Array(1),
      y: Float32Array.of(1, rare ? 1 : 0),
    };
  });
  const split = buildSplit('train', examples, { time: 1, leads: 1, classes: 2, features: 0 });
  const tenth = labelFraction(split, 0.1, 3);
  expect([tenth.size, tenth.patientIds.length, tenth.classCounts]).toEqual([40, 20, [40, 4]]);
  expect(labelFraction(split, 0.1, 3).recordIds).toEqual(tenth.recordIds);
  expect(labelFraction(split, 0.1, 4).recordIds).not.toEqual(tenth.recordIds);
  const quarter = new Set(labelFraction(split, 0.25, 3).patientIds);
  expect(tenth.patientIds.every((patient) => quarter.has(patient))).toBe(true);
  expect(labelFraction(split, 0.001, 3).classCounts).toEqual([4, 2]);
  expect(labelFraction(split, 1, 3)).toBe(split);
});
