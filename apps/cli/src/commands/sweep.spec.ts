import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

// Each test runs the real command in a process of its own, as a user would.
jest.setTimeout(180_000);

const bin = fileURLToPath(new URL('../../bin/cardio.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cardio-sweep-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command, and kills its process as soon as its log matches `killAt`. */
function cardio(args: string, killAt?: RegExp): Promise<Outcome> {
  const env = { ...process.env, NODE_OPTIONS: '', COLUMNS: '80' };
  const child = spawn(process.execPath, [bin, ...args.split(' ')], { cwd: folder, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (killAt?.test(stderr)) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(folder, 'runs', ...path), 'utf8')) as T;
const weights = (...path: string[]): Buffer =>
  readFileSync(join(folder, 'runs', ...path, 'checkpoints', 'last', 'weights.bin'));

const data = '--dataset synthetic --task rhythm --records 90 --seconds 2 --sampling classes';
const training = `train ${data} --model cnn_lstm --preset tiny --epochs 3 --batch-size 16 --learning-rate 0.003`;

describe('cardio train --folds', () => {
  let whole: Outcome;
  beforeAll(async () => {
    whole = await cardio(`${training} --folds 3 --run-id whole`);
  });

  test('prints every score with mean and deviation, says what tests, and keeps each fold as a run', () => {
    expect(whole.stderr).not.toContain('error');
    expect(whole.code).toBe(0);
    for (const part of ['every patient is tested once', 'mean', 'sd', 'pooled', 'out-of-fold', 'Confusion matrix'])
      expect(whole.stdout).toContain(part);
    for (const fold of ['1', '2', '3']) {
      const files = readdirSync(join(folder, 'runs', 'whole', 'folds', fold));
      expect(files).toEqual(expect.arrayContaining(['checkpoints', 'config.json', 'evaluation.json', 'manifest.json']));
    }
    expect(existsSync(join(folder, 'runs', 'whole', 'predictions.parquet'))).toBe(true);
    expect(Math.max(...whole.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('the mean is that of the folds, and pooled predictions are of all records', () => {
    const { scores, pooled } = json<{
      scores: { summary: { accuracy: { mean: number } } };
      pooled: { examples: number; perClass: { support: number }[] };
    }>('whole', 'cross-validation.json');
    const own = [1, 2, 3].map((fold) =>
      json<{ summary: { accuracy: number }; examples: number }>('whole', 'folds', String(fold), 'evaluation.json'),
    );
    const mean = own.reduce((sum, { summary }) => sum + summary.accuracy, 0) / 3;
    expect(scores.summary.accuracy.mean).toBeCloseTo(mean, 12);
    expect(pooled.examples).toBe(90);
    expect(pooled.examples).toBe(own.reduce((sum, { examples }) => sum + examples, 0));
  });

  test('killed in the second fold and resumed, it equals one that was not', async () => {
    const killed = await cardio(`${training} --folds 3 --run-id killed`, /Fold 2 of 3[^]*epoch 1\/3/);
    expect(killed.code).toBe(null);
    const resumed = await cardio('train --resume killed');
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toContain('Fold 1 of 3 is done.');
    type Whole = { folds: unknown; scores: unknown; pooled: unknown };
    const results = ({ folds, scores, pooled }: Whole): Whole => ({ folds, scores, pooled });
    expect(results(json('killed', 'cross-validation.json'))).toEqual(results(json('whole', 'cross-validation.json')));
    for (const fold of ['1', '2', '3'])
      expect(weights('killed', 'folds', fold).equals(weights('whole', 'folds', fold))).toBe(true);
  });

  test('the predictions of folds that are done are read, not made again', async () => {
    const path = join(folder, 'runs', 'killed', 'cross-validation.json');
    const { pooled, ...rest } = json<{ pooled: unknown }>('killed', 'cross-validation.json');
    writeFileSync(path, JSON.stringify({ ...rest, pooled: null }));
    for (const fold of ['1', '2', '3'])
      rmSync(join(folder, 'runs', 'killed', 'folds', fold, 'checkpoints'), { recursive: true });
    expect((await cardio('train --resume killed')).code).toBe(0);
    expect(json<{ pooled: unknown }>('killed', 'cross-validation.json').pooled).toEqual(pooled);
  });

  test('one named fold is a single run, the same as in the cross-validation', async () => {
    expect((await cardio(`${training} --folds 3 --fold 1 --run-id single`)).code).toBe(0);
    expect(weights('single').equals(weights('whole', 'folds', '2'))).toBe(true);
  });

  test.each(['evaluate whole', 'export whole', 'predict whole x', `${training} --run-id of-it --from whole`])(
    'what is a cross-validation is not taken for a run: %s',
    async (command) => {
      const { code, stderr } = await cardio(command);
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining('Name one of its folds, such as `runs/whole/folds/1`'),
      ]);
      expect(existsSync(join(folder, 'runs', 'of-it'))).toBe(false);
    },
  );
});

const sweepFile = (name: string, search: string, parameters: string): string => {
  const experiment = `
experiment:
  dataset: { name: synthetic, task: rhythm, records: 90, seconds: 2 }
  model: { name: cnn_lstm, preset: tiny }
  training: { epochs: 2, batchSize: 16, schedule: cosine, sampling: classes }`;
  writeFileSync(join(folder, name), `${experiment}\nsearch: ${search}\nparameters:\n${parameters}\n`);
  return name;
};

interface Kept {
  readonly best: number;
  readonly monitor: string;
  readonly trials: {
    number: number;
    status: string;
    rounds: { score: number; epochs: number }[];
    error: string | null;
  }[];
}

describe('cardio sweep', () => {
  const rates = '  training.learningRate: { choice: [0.0003, 0.003, 0.01, 0.03] }';
  const halving = '{ strategy: successive-halving, trials: 4, eta: 2, minEpochs: 1, maxEpochs: 4 }';

  test('with successive halving trains the better half on, and the best is as one that trained without a pause', async () => {
    const file = sweepFile('halving.yaml', halving, rates);
    const { code, stdout, stderr } = await cardio(`sweep --config ${file} --run-id halving --evaluate-best`);
    expect([code, stderr]).toEqual([0, expect.stringContaining('4 to epoch 1, 2 to epoch 2, 1 to epoch 4')]);
    expect(stdout).toContain('Test split, best checkpoint');
    const { trials, best, monitor } = json<Kept>('halving', 'sweep.json');
    expect(monitor).toBe('macroF1');
    expect(trials.map(({ rounds }) => rounds.at(-1)?.epochs).sort()).toEqual([1, 1, 2, 4]);
    const first = trials.map(({ rounds }) => rounds[0].score).sort((a, b) => b - a);
    const survivors = trials.filter(({ rounds }) => rounds.length > 1).map(({ rounds }) => rounds[0].score);
    expect(survivors.sort((a, b) => b - a)).toEqual(first.slice(0, 2));
    const name = String(best).padStart(3, '0');
    const tested = [1, 2, 3, 4].filter((n) =>
      existsSync(join(folder, 'runs', 'halving', 'trials', `00${n}`, 'evaluation.json')),
    );
    expect(tested).toEqual([best]);
    const again = await cardio(`train --config runs/halving/trials/${name}/config.json --runs-dir runs --run-id again`);
    expect(again.code).toBe(0);
    expect(weights('again').equals(weights('halving', 'trials', name))).toBe(true);
  });

  test('is not taken for a run', async () => {
    const { code, stderr } = await cardio('evaluate halving');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('Name one of its trials, such as `runs/halving/trials/001`'),
    ]);
  });

  test('killed within a trial of the second round and resumed, it equals one that was not', async () => {
    const killed = await cardio(`sweep --config halving.yaml --run-id killed-sweep`, /round 2 of 3/);
    expect(killed.code).toBe(null);
    const resumed = await cardio('sweep --resume killed-sweep');
    expect(resumed.code).toBe(0);
    const results = ({ trials, best }: Kept): object => ({ trials, best });
    expect(results(json('killed-sweep', 'sweep.json'))).toEqual(results(json('halving', 'sweep.json')));
  });

  test('goes on when a trial fails, and tells of it in table, Markdown and CSV', async () => {
    const parameters = '  training.learningRate: { choice: [1.0e+30, 0.003] }\n  training.optimizer: { choice: [sgd] }';
    const file = sweepFile(
      'failing.yaml',
      '{ strategy: grid }',
      `${parameters}\n  training.gradientClipNorm: { choice: [0] }`,
    );
    const { code, stdout } = await cardio(`sweep --config ${file} --run-id failing`);
    expect(code).toBe(0);
    const { trials, best } = json<Kept>('failing', 'sweep.json');
    expect(trials.map(({ status }) => status)).toEqual(['failed', 'trained']);
    expect(best).toBe(2);
    expect(stdout).toContain('Trial 1 failed: ');
    expect(stdout).toContain('The test set was not looked at');
    const text = (name: string): string => readFileSync(join(folder, 'runs', 'failing', name), 'utf8');
    expect(text('sweep.md')).toContain('- trial 1 failed: ');
    expect(text('sweep.csv').split('\r\n')).toHaveLength(4);
  });

  test('with folds compares by the mean over them', async () => {
    const file = sweepFile('folds.yaml', '{ strategy: grid }', '  training.learningRate: { choice: [0.001, 0.01] }');
    writeFileSync(
      join(folder, file),
      readFileSync(join(folder, file), 'utf8').replace('records: 90', 'folds: 3, records: 90'),
    );
    const { code, stdout } = await cardio(`sweep --config ${file} --run-id folded`);
    expect([code, stdout]).toEqual([0, expect.stringContaining('(mean of 3 folds)')]);
    const { trials } = json<Kept>('folded', 'sweep.json');
    const { validation, pooled } = json<{ validation: { mean: number }; pooled: null }>(
      ...['folded', 'trials', '001', 'cross-validation.json'],
    );
    expect(trials[0].rounds[0].score).toBe(validation.mean);
    expect(pooled).toBe(null);
  });

  test.each([
    [
      'an unknown parameter',
      '{ strategy: grid }',
      '  training.learningRte: { choice: [1] }',
      'Did you mean `training.learningRate`?',
    ],
    ['an unknown key', '{ strategy: random, trails: 3 }', rates, 'Did you mean `trials`?'],
    ['an unknown strategy', '{ strategy: bayes }', rates, 'strategy'],
    ['a grid without end', '{ strategy: grid }', '  training.learningRate: { logUniform: [0.1, 1] }', 'a grid takes'],
    [
      'a range upside down',
      '{ strategy: random, trials: 2 }',
      '  training.learningRate: { uniform: [1, 0.1] }',
      'below the second',
    ],
    ['a value out of bounds', '{ strategy: grid }', '  training.batchSize: { choice: [16, 0] }', 'Trial 2'],
    [
      'a parameter that divides anew',
      '{ strategy: grid }',
      '  dataset.splitSeed: { choice: [1, 2] }',
      'must be the same in every trial',
    ],
  ])('%s is said before anything is trained', async (_, search, parameters, part) => {
    const { code, stderr } = await cardio(`sweep --config ${sweepFile('bad.yaml', search, parameters)}`);
    expect([code, stderr]).toEqual([2, expect.stringContaining(part)]);
  });
});
