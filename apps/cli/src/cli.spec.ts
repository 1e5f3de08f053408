import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { writeSyntheticMitbih } from '@cardio/datasets';

// Each test runs the real command in a process of its own, as a user would.
jest.setTimeout(120_000);

const bin = fileURLToPath(new URL('../bin/cardio.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cardio-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
const data = join(folder, 'mitdb');

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function cardio(args: string, options: { env?: Record<string, string> } = {}): Promise<Outcome> {
  const env = { ...process.env, NODE_OPTIONS: '', COLUMNS: '80', ...options.env };
  const child = spawn(process.execPath, [bin, ...args.split(' ').filter(Boolean)], { cwd: folder, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

const training = `train --dataset mitbih --model cnn_lstm --preset tiny --data-dir ${data} --batch-size 32 --learning-rate 0.003`;
const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(folder, ...path), 'utf8')) as T;

beforeAll(async () => {
  await writeSyntheticMitbih(data, { seed: 3 });
});

describe('from files to a prediction', () => {
  let trained: Outcome;

  beforeAll(async () => {
    trained = await cardio(`${training} --epochs 3 --run-id whole`);
  });

  test('training reports classes, confusion matrix, kappa and records, and keeps everything', () => {
    expect(trained.stderr).not.toContain('error');
    expect(trained.code).toBe(0);
    for (const part of ['Confusion matrix', 'kappa', 'Per record', '+P', 'runs/whole'])
      expect(trained.stdout).toContain(part);
    expect(trained.stderr).toContain('30 listed records are not in the folder');
    const files = readdirSync(join(folder, 'runs', 'whole'));
    const expected = [
      'checkpoints',
      'config.json',
      'evaluation.json',
      'log.jsonl',
      'manifest.json',
      'metrics.jsonl',
      'predictions.parquet',
    ];
    expect(files).toEqual(expect.arrayContaining(expected));
    expect(files.some((name) => name.startsWith('events.out.tfevents.'))).toBe(true);
    expect(readdirSync(join(folder, 'runs', 'whole', 'checkpoints')).sort()).toEqual(['best', 'last']);
  });

  test('the log is JSON lines and the metrics have one line per epoch', () => {
    const lines = (name: string): Record<string, unknown>[] =>
      readFileSync(join(folder, 'runs', 'whole', name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines('metrics.jsonl').map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(lines('log.jsonl').some(({ msg }) => String(msg).startsWith('epoch 3/3'))).toBe(true);
  });

  test('it learned something', () => {
    const { summary } = json<{ summary: { kappa: number } }>('runs', 'whole', 'evaluation.json');
    expect(summary.kappa).toBeGreaterThan(0.3);
  });

  test('evaluating again gives the same scores', async () => {
    const { code, stdout } = await cardio('evaluate whole --json');
    expect(code).toBe(0);
    const again = JSON.parse(stdout) as object;
    expect(again).toEqual(json('runs', 'whole', 'evaluation.json'));
  });

  test('the exported file predicts what the checkpoint predicts', async () => {
    const exported = await cardio('export whole --format onnx');
    expect(exported.stdout).toMatch(/checked in ONNX Runtime on \d+ inputs, [1-9]\d* of them records/);
    expect(existsSync(join(folder, 'runs', 'whole', 'export', 'onnx', 'model.onnx'))).toBe(true);
    const bundle = join('runs', 'whole', 'export', 'onnx');
    const predict = async (using: string): Promise<number[]> => {
      const by = using === 'bundle' ? `--bundle ${bundle}` : `latest --using ${using}`;
      const { stdout } = await cardio(`predict ${by} ${join(data, '213')} --json`);
      return (JSON.parse(stdout) as { windows: { probabilities: number[] }[] }).windows.flatMap((w) => w.probabilities);
    };
    const [onnx, checkpoint, alone] = await Promise.all([predict('onnx'), predict('checkpoint'), predict('bundle')]);
    expect(alone).toEqual(onnx);
    expect(onnx.length).toBeGreaterThan(40);
    onnx.forEach((p, i) => expect(Math.abs(p - checkpoint[i])).toBeLessThan(1e-4)); // the bound of the export itself
  });

  test('three epochs are one epoch and two more, bit for bit', async () => {
    await cardio(`${training} --epochs 1 --run-id parts`);
    const resumed = await cardio('train --resume parts --epochs 3');
    expect(resumed.code).toBe(0);
    const weights = (run: string): Buffer =>
      readFileSync(join(folder, 'runs', run, 'checkpoints', 'last', 'weights.bin'));
    expect(weights('parts').equals(weights('whole'))).toBe(true);
  });

  test('two runs are compared on the same rows, listed, and reported in Portuguese', async () => {
    const compared = await cardio('evaluate whole --compare parts --json');
    const { comparison } = JSON.parse(compared.stdout) as {
      comparison: { scores: { values: number[]; difference: { estimate: number; pValue: number } }[] };
    };
    expect(comparison.scores.length).toBeGreaterThan(3);
    for (const { difference } of comparison.scores) expect(difference).toMatchObject({ estimate: 0, pValue: 1 }); // the same bits
    const listed = await cardio('runs list');
    expect(listed.stdout).toMatch(/mitbih +cnn_lstm +evaluated/);
    expect(Math.max(...listed.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    const shown = await cardio('runs compare whole parts --json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ runs: [{ id: 'whole' }, { id: 'parts' }], sameTest: true });
    const reported = await cardio('report whole --lang pt-BR --mistakes 2');
    expect([reported.code, reported.stdout]).toEqual([0, expect.stringContaining('report.html')]);
    const html = readFileSync(join(folder, 'runs', 'whole', 'report.html'), 'utf8');
    expect(html).toContain('<html lang="pt-BR"');
    expect(html).not.toMatch(/(?:src|href)="https?:[^"]*\.(?:js|css)/);
  });

  test('a run is evaluated on another folder of records, for the classes that both know', async () => {
    await writeSyntheticMitbih(join(folder, 'others'), { seed: 4 });
    const elsewhere = await cardio(`evaluate whole --dataset mitbih --data-dir ${join(folder, 'others')} --json`);
    expect(elsewhere.code).toBe(0);
    expect((JSON.parse(elsewhere.stdout) as { summary: { kappa: number } }).summary.kappa).toBeGreaterThan(0.2);
  });

  test('a run does not become another run by resuming', async () => {
    const { code, stderr } = await cardio('train --resume whole --preset base');
    expect([code, stderr]).toEqual([2, expect.stringContaining('A resumed run keeps its model')]);
  });
});

describe('what goes wrong is said in one message, without a stack trace', () => {
  const truncated = join(folder, 'truncated');

  beforeAll(() => {
    cpSync(data, truncated, { recursive: true });
    truncateSync(join(truncated, '106.dat'), 1000);
    writeFileSync(join(folder, 'broken.yaml'), 'training: { epocs: 3 }\n');
  });

  test.each([
    ['no command', '', 2, 'Usage: cardio'],
    ['an unknown command', 'tran', 2, "unknown command 'tran'"],
    ['an unknown flag', `${training} --epoch 3`, 2, '--epochs'],
    ['an unknown model', 'train --dataset mitbih --model resnet', 2, 'Unknown model `resnet`'],
    ['an unknown dataset', 'train --dataset mitbhi --model cnn_lstm', 2, 'Did you mean `mitbih`?'],
    ['a bad value', `${training} --epochs none`, 2, 'received "none" from --epochs'],
    ['an unknown key in a file', `${training} --config broken.yaml`, 2, 'Did you mean `epochs`?'],
    ['a missing folder', 'train --dataset mitbih --model cnn_lstm --data-dir nowhere', 1, 'nowhere'],
    ['a missing run', 'evaluate nothing', 1, 'No run `nothing`'],
    ['a missing record', 'predict whole nowhere/100', 1, 'nowhere/100'],
    ['a prediction of nothing', 'predict whole', 2, 'Give `<run> <record>`, or `--bundle <folder> <record>`'],
    ['a folder that is no bundle', `predict --bundle ${data} 100`, 1, 'it has no MANIFEST.sha256'],
    ['a GPU without torch', `${training} --engine wasm --device cuda`, 1, 'the device cuda needs torch'],
    ['bfloat16 without torch', `${training} --engine wasm --precision bfloat16`, 1, 'bfloat16 needs torch'],
    ['an engine that is not there', `${training} --engine tensorflow`, 1, "'tensorflow'"],
    [
      'a truncated record',
      `train --dataset mitbih --model cnn_lstm --preset tiny --data-dir ${truncated}`,
      1,
      '--max-bad-records',
    ],
  ])('%s', async (_, args, code, part) => {
    const outcome = await cardio(args);
    expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(part)]);
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
  });

  test('--debug shows the stack trace', async () => {
    const { code, stderr } = await cardio('evaluate nothing --debug');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^\s+at /m)]);
  });

  test('an unreadable record is left out and named when that is allowed', async () => {
    const args = training.replace(data, truncated);
    const { code, stderr } = await cardio(`${args} --epochs 1 --max-bad-records 1`);
    expect([code, stderr]).toEqual([0, expect.stringContaining('Record 106 is left out: ')]);
  });
});

test('cardio config prints values and where they came from', async () => {
  const { code, stdout } = await cardio('config --dataset ptbxl --model se-resnet1d --epochs 7', {
    env: { TRAINING_BATCH_SIZE: '9' },
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^training\.epochs +7 +--epochs$/m);
  expect(stdout).toMatch(/^training\.batchSize +9 +TRAINING_BATCH_SIZE$/m);
  expect(stdout).toMatch(/^training\.patience +10 +default$/m);
});

test('a plug-in brings a model of its own', async () => {
  writeFileSync(
    join(folder, 'mine.mjs'),
    `import * as tfl from '@tensorflow/tfjs-layers';
     import { z } from 'zod';
     import { inputFields, classifier, Layers, apply } from '@cardio/models';
     export const models = [{
       name: 'my_net', description: 'Mean and a dense layer.',
       config: z.strictObject({ ...inputFields, units: z.int().default(8) }),
       create: (config) => {
         const layers = new Layers(config.seed);
         const body = (x) => layers.dense(apply(tfl.layers.flatten({ name: 'flat' }), x), 'hidden', config.units, 'relu');
         return classifier('my_net', config, layers, body, 0);
       },
     }];`,
  );
  // Packages are found from the plug-in's own folder, as in a user's project.
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  const args = `train --plugin ./mine.mjs --dataset mitbih --model my-net --units 4 --data-dir ${data} --epochs 1 --run-id plugged`;
  const { code, stderr } = await cardio(args);
  expect([code, stderr]).toEqual([0, expect.stringContaining('Model my_net')]);
  expect((await cardio('export plugged')).code).toBe(0);
  rmSync(join(folder, 'node_modules'));
});
