import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { resolveConfig, type ConfigSources, type ResolvedConfig } from './index.js';

const base = { dataset: 'ptbxl', model: 'se_resnet1d' };
const root = mkdtempSync(join(tmpdir(), 'cardio-config-'));
afterAll(() => rmSync(root, { recursive: true }));
const folderWith = (files: Record<string, string>): string => {
  const folder = mkdtempSync(join(root, 'folder-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};
const messageOf = async (sources: ConfigSources): Promise<string> => {
  try {
    await resolveConfig(sources);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('expected an error');
};

describe('precedence', () => {
  let resolved: ResolvedConfig;
  const folder = folderWith({
    '.env': 'TRAINING_EPOCHS=30\nTRAINING_BATCH_SIZE=30\nTRAINING_LEARNING_RATE=0.3\nOTHER=1\n',
    'run.yaml': 'training:\n  epochs: 40\n  batchSize: 40\n  learningRate: 0.4\n  weightDecay: 0.4\n',
  });
  beforeAll(async () => {
    resolved = await resolveConfig({
      flags: { ...base, epochs: '10' },
      env: { TRAINING_EPOCHS: '20', TRAINING_BATCH_SIZE: '20', HOME: '/' },
      folder,
      file: join(folder, 'run.yaml'),
    });
  });
  const origin = (path: string): string | undefined => resolved.rows.find((row) => row.path === path)?.origin;

  test('is flags, environment, .env, file, defaults', () => {
    expect(resolved.config.training).toMatchObject({
      epochs: 10,
      batchSize: 20,
      learningRate: 0.3,
      weightDecay: 0.4,
      patience: 10,
    });
  });

  test('is told for each value', () => {
    expect(
      ['epochs', 'batchSize', 'learningRate', 'weightDecay', 'patience'].map((key) => origin(`training.${key}`)),
    ).toEqual([
      '--epochs',
      'TRAINING_BATCH_SIZE',
      'TRAINING_LEARNING_RATE in .env',
      join(folder, 'run.yaml'),
      'default',
    ]);
  });
});

test('the design gives the defaults', async () => {
  const { config } = await resolveConfig({ flags: base });
  expect(config).toMatchObject({
    dataset: {
      name: 'ptbxl',
      dataDir: join('datasets', 'ptbxl'),
      task: 'superclass',
      sampleRateHz: 100,
      maxBadRecords: 0,
    },
    model: { name: 'se_resnet1d', preset: 'base' },
    training: { batchSize: 32, learningRate: 1e-4, epochs: 100, patience: 10, gradientClipNorm: 1 },
    output: { runsDir: 'runs' },
    engine: 'auto',
    device: 'auto',
    precision: 'float32',
    seed: 0,
  });
});

test('dashes and underscores are interchangeable in names', async () => {
  expect((await resolveConfig({ flags: { dataset: 'ptbxl', model: 'se-resnet1d' } })).config.model.name).toBe(
    'se_resnet1d',
  );
});

test('fields of the dataset and the model are flags and variables too', async () => {
  const { config } = await resolveConfig({
    flags: { ...base, task: 'rhythm', channels: '8,16', 'max-bad-records': '3' },
    env: { TRAINING_PRESET: 'tiny' },
  });
  expect(config.dataset).toMatchObject({ task: 'rhythm', maxBadRecords: 3 });
  expect(config.model).toMatchObject({ preset: 'tiny', channels: [8, 16] });
});

test('a JSON file holds the structure that a run writes', async () => {
  const { config } = await resolveConfig({ flags: { ...base, epochs: '7' } });
  const file = join(folderWith({ 'config.json': JSON.stringify(config) }), 'config.json');
  expect((await resolveConfig({ file })).config).toEqual(config);
});

test('class weights are a word or a number for each class', async () => {
  const of = async (text: string) =>
    (await resolveConfig({ flags: { ...base, 'class-weights': text } })).config.training.classWeights;
  expect(await of('balanced')).toBe('balanced');
  expect(await of('1, 2,0.5,1,1')).toEqual([1, 2, 0.5, 1, 1]);
  expect(await messageOf({ flags: { ...base, 'class-weights': 'evenly' } })).toContain('training.classWeights');
});

test('switches and lists of the training are flags', async () => {
  const flags = { ...base, 'fast-dev-run': 'true', freeze: 'stem*,stage1*', 'learning-rate-factors': 'logits=10' };
  expect((await resolveConfig({ flags, env: { TRAINING_EMA_DECAY: '0.9' } })).config.training).toMatchObject({
    fastDevRun: true,
    freeze: ['stem*', 'stage1*'],
    learningRateFactors: ['logits=10'],
    emaDecay: 0.9,
  });
});

describe('augmentation', () => {
  test('is none by default, a preset by flag or variable, and a list of steps in a file', async () => {
    const file = join(
      folderWith({
        'run.yaml': 'augmentation:\n  - { name: emg, probability: 0.3, rmsMv: [0.02, 0.04] }\n  - { name: shift }\n',
      }),
      'run.yaml',
    );
    const of = async (sources: ConfigSources) => (await resolveConfig(sources)).config.augmentation;
    expect(await of({ flags: base })).toBe('none');
    expect(await of({ flags: { ...base, augmentation: 'standard' } })).toBe('standard');
    expect(await of({ flags: base, env: { TRAINING_AUGMENTATION: 'light' } })).toBe('light');
    expect(await of({ flags: base, file })).toMatchObject([
      { name: 'emg', probability: 0.3, rmsMv: [0.02, 0.04], bandHz: [20, 150] },
      { name: 'shift', probability: 1, maxSeconds: 0.1 },
    ]);
  });

  test('that is none of these names the nearest', async () => {
    expect(await messageOf({ flags: { ...base, augmentation: 'strongg' } })).toContain('Did you mean `strong`?');
  });
});

describe('an error', () => {
  test.each<[string, ConfigSources, string[]]>([
    [
      'names the nearest flag',
      { flags: { ...base, epoch: '3' } },
      ['Unknown option `--epoch`', 'Did you mean `epochs`?'],
    ],
    [
      'names the nearest variable',
      { flags: base, env: { TRAINING_EPOCH: '3' } },
      ['TRAINING_EPOCH', 'Did you mean `TRAINING_EPOCHS`?'],
    ],
    [
      'names the nearest model',
      { flags: { ...base, model: 'cnn_lsmt' } },
      ['Unknown model `cnn_lsmt`', 'Did you mean `cnn_lstm`?'],
    ],
    [
      'names the nearest dataset',
      { flags: { ...base, dataset: 'ptb' } },
      ['Unknown dataset `ptb`', 'Did you mean `ptbxl`?'],
    ],
    ['asks for a dataset', { flags: { model: 'cnn_lstm' } }, ['Which dataset?', '--dataset', 'mitbih, ptbxl']],
    [
      'says what was received, and from where',
      { flags: { ...base, epochs: 'many' } },
      ['`training.epochs`', 'received "many" from --epochs'],
    ],
    [
      'says it of the environment',
      { flags: base, env: { TRAINING_BATCH_SIZE: '-3' } },
      ['`training.batchSize`', 'received -3 from TRAINING_BATCH_SIZE'],
    ],
    [
      'tells whose option it is',
      { flags: { ...base, 'lstm-units': '3' } },
      ['`--lstm-units` is an option of model cnn_lstm'],
    ],
  ])('%s', async (_, sources, parts) => {
    const message = await messageOf(sources);
    for (const part of parts) expect(message).toContain(part);
  });

  test('names the nearest key of a file', async () => {
    const file = join(folderWith({ 'run.yaml': 'training: { epoch: 3 }\n' }), 'run.yaml');
    expect(await messageOf({ flags: base, file })).toContain(
      '`training.epoch` is not a known key. Did you mean `epochs`?',
    );
  });

  test('names a file that is not there or not readable', async () => {
    expect(await messageOf({ flags: base, file: '/nowhere/run.yaml' })).toContain(
      "Can't read the configuration file `/nowhere/run.yaml`",
    );
    const file = join(folderWith({ 'run.yaml': 'a: [1\n' }), 'run.yaml');
    expect(await messageOf({ flags: base, file })).toContain('is not a JSON or YAML configuration');
  });
});

test('a variable of another dataset or model is ignored with a warning', async () => {
  const { warnings } = await resolveConfig({ flags: base, env: { TRAINING_LSTM_UNITS: '3', TRAINING_API_TOKEN: 'x' } });
  expect(warnings).toEqual(['TRAINING_LSTM_UNITS does not apply to ptbxl with se_resnet1d and is ignored.']);
});
