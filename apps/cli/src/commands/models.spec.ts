import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

const bin = fileURLToPath(new URL('../../bin/cardio.js', import.meta.url));
const cardio = (...args: string[]): string =>
  spawnSync(process.execPath, [bin, ...args], { env: { ...process.env, NODE_OPTIONS: '' }, encoding: 'utf8' }).stdout;

test('a model is listed with its presets, their parameters and its options', () => {
  const lines = cardio('models', 'cnn-lstm').split('\n');
  expect(lines[0]).toBe('cnn_lstm: Convolutions that shorten the signal, then bidirectional LSTMs.');
  expect(lines.find((line) => line.startsWith('  base'))).toMatch(
    /^ {2}base +3,694,085 {2}channels 64,128,256,512, kernels /,
  );
  expect(lines.find((line) => line.startsWith('  --lstm-units'))).toMatch('Units of each LSTM direction.');
});

test('presets are data in JSON', () => {
  const [model] = JSON.parse(cardio('models', 'heartbeit', '--json')) as { presets: Record<string, object> }[];
  expect(Object.keys(model.presets)).toEqual(['tiny', 'small', 'base']);
  expect(model.presets['base']).toMatchObject({ width: 768, depth: 12, heads: 12 });
});

test('`models list` and `datasets list` are what these print without a name', () => {
  for (const command of ['models', 'datasets']) {
    expect(cardio(command, 'list')).toBe(cardio(command));
    expect(JSON.parse(cardio(command, 'list', '--json'))).toEqual(JSON.parse(cardio(command, '--json')));
  }
  expect(cardio('models', 'list')).toMatch(/^heartbeit: /m);
});

test('a reader that has had enough, such as `head`, is no failure', () => {
  const { stderr, stdout } = spawnSync('bash', ['-c', `"${process.execPath}" "${bin}" models --json | head -n 1`], {
    env: { ...process.env, NODE_OPTIONS: '' },
    encoding: 'utf8',
  });
  expect({ stderr, stdout }).toEqual({ stderr: '', stdout: '[\n' });
});
