import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEngine } from '@cardio/engine';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { readCheckpoint } from './checkpoints.js';
import type { EpochRecord } from './history.js';
import { readWeights } from './model-weights.js';
import { classes, loaderOf, tinyModel, waves } from './testing.js';
import { ClassificationTrainer, type TrainerOptions } from './trainer.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-resume-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [training, validation] = [waves(20, 1), waves(12, 2)];
const options = (name: string, more: Partial<TrainerOptions>): TrainerOptions => ({
  task: 'multi-class',
  classes,
  trainLoader: loaderOf(training, 8, { seed: 3 }),
  valLoader: loaderOf(validation, 8),
  learningRate: 0.01,
  schedule: 'cosine',
  warmupEpochs: 1,
  epochs: 5,
  monitor: 'loss',
  checkpointDir: join(folder, name),
  ...more,
});
const withoutTimes = (records: readonly EpochRecord[]) => records.map((record) => ({ ...record, seconds: 0 }));

describe.each(['cpu', 'wasm'] as const)('on the %s engine', (engine) => {
  beforeAll(() => startEngine(engine));

  test('3 epochs, an abort in the fourth, and 2 more after a resume equal 5 epochs bit for bit', async () => {
    const wholeModel = tinyModel({ dropout: 0.5 });
    const whole = await new ClassificationTrainer(wholeModel, options(`${engine}-whole`, {})).train();

    const abort = new AbortController();
    const parts = options(`${engine}-parts`, {
      signal: abort.signal,
      callbacks: [{ onBatchEnd: ({ epoch, batch }) => void (epoch === 4 && batch === 2 && abort.abort()) }],
    });
    const begun = await new ClassificationTrainer(tinyModel({ dropout: 0.5 }), parts).train();
    expect(begun).toMatchObject({ stopped: 'aborted', epochs: { length: 3 } });

    const resumedModel = tinyModel({ dropout: 0.5, seed: 99 }); // other weights, to be replaced
    const trainer = new ClassificationTrainer(resumedModel, options(`${engine}-parts`, {}));
    await trainer.resume(join(folder, `${engine}-parts`, 'last'));
    const resumed = await trainer.train();

    expect(resumed).toEqual({ ...whole, epochs: expect.anything() });
    expect(withoutTimes(resumed.epochs)).toEqual(withoutTimes(whole.epochs));
    expect(await readWeights(resumedModel)).toEqual(await readWeights(wholeModel));
    for (const name of ['last', 'best']) {
      const [a, b] = await Promise.all(
        ['whole', 'parts'].map((run) => readCheckpoint(join(folder, `${engine}-${run}`, name))),
      );
      expect(b.optimizer).toEqual(a.optimizer);
      expect(new Uint8Array(b.model.weightData as ArrayBuffer)).toEqual(
        new Uint8Array(a.model.weightData as ArrayBuffer),
      );
      expect({ ...b.state, history: [] }).toEqual({ ...a.state, history: [] });
    }
  }, 30_000);
});

describe('resuming', () => {
  beforeAll(() => startEngine('wasm'));

  test('a finished run changes nothing and gives back the best weights', async () => {
    const wrong = { ...validation, y: [...validation.y].reverse() }; // the better it trains, the worse it validates
    const done = options('done', { epochs: 3, valLoader: loaderOf(wrong, 12) });
    const model = tinyModel();
    const history = await new ClassificationTrainer(model, done).train();
    expect(history.best?.epoch).toBe(1);
    const again = tinyModel({ seed: 4 });
    const trainer = new ClassificationTrainer(again, done);
    await trainer.resume(join(folder, 'done', 'last'));
    expect(await trainer.train()).toEqual(history);
    expect(await readWeights(again)).toEqual(await readWeights(model));
  });

  test.each([
    ['seed', { seed: 1 }, /`seed` 0, this run 1/],
    ['classes', { classes: ['fast', 'slow'] }, /`classes` \["slow","fast"\], this run \["fast","slow"\]/],
    ['monitor', { monitor: 'kappa' }, /`monitor` "loss", this run "kappa"/],
  ])('with another %s is refused', async (_, change, message) => {
    await new ClassificationTrainer(tinyModel(), options('other', { epochs: 1 })).train();
    const trainer = new ClassificationTrainer(tinyModel(), options('other', change));
    await expect(trainer.resume(join(folder, 'other', 'last'))).rejects.toThrow(message);
  });
});
