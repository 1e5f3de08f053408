import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

const bin = fileURLToPath(new URL('../../bin/cardio.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cardio-completion-'));
const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;
const printed = (...args: string[]) =>
  spawnSync(process.execPath, [bin, 'completion', ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
    encoding: 'utf8',
  });

beforeAll(() => {
  for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(join(folder, shell), printed(shell).stdout);
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'empty', 'my ecg.yaml'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What bash offers for the last of these words. */
function candidates(words: readonly string[], call = '_cardio'): string[] {
  const script = `source ../bash
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); ${call}; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    cwd: join(folder, 'empty'),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('bash', () => {
  test('registers itself for cardio and npx', () => {
    const { stdout } = spawnSync('bash', ['-c', 'source ./bash; complete -p cardio npx'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout.trim().split('\n')).toEqual(['complete -F _cardio cardio', 'complete -o default -F _cardio_npx npx']);
  });

  test.each<[string, string[]]>([
    ['cardio pre', ['pretrain', 'predict']],
    ['cardio datasets d', ['download']],
    ['cardio datasets download ptb', ['ptbxl']],
    ['cardio models heart', ['heartbeit']],
    ['cardio train --model heart', ['heartbeit']],
    ['cardio train --model = cnn', ['cnn_lstm']],
    ['cardio train --model heartbeit --dataset pt', ['ptbxl']],
    ['cardio train --engine to', ['torch']],
    ['cardio train --batch-s', ['--batch-size']],
    ['cardio train --probe --batch-s', ['--batch-size']],
    ['cardio train --config m', ['my ecg.yaml']],
    ['cardio export lat', ['latest']],
    ['cardio export --format o', ['onnx']],
    ['cardio runs show --runs-d', ['--runs-dir']],
    ['cardio engine install --device c', ['cuda']],
    ['cardio completion z', ['zsh']],
    ['cardio quickstart xyz', []],
  ])('%s⇥', (line, expected) => {
    expect(candidates(line.split(' '))).toEqual(expected);
    expect(candidates(['npx', ...line.split(' ')], '_cardio_npx')).toEqual(expected);
  });

  test('an empty word is offered every command, and a run also files', () => {
    expect(candidates(['cardio', ''])).toEqual(expect.arrayContaining(['train', 'datasets', 'completion']));
    expect(candidates(['cardio', 'evaluate', ''])).toEqual(['latest', 'my ecg.yaml']);
    expect(candidates(['npx', 'other', ''], '_cardio_npx')).toEqual([]);
  });
});

test.each(['zsh', 'fish'])('%s takes its script', (shell) => {
  if (!has(shell)) return console.warn(`skipped: ${shell} is not installed here, so its script was not run`);
  expect(spawnSync(shell, ['-n', join(folder, shell)], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test('fish offers the subcommands of a command, with what they do', () => {
  if (!has('fish')) return console.warn('skipped: fish is not installed here');
  const { stdout } = spawnSync(
    'fish',
    ['-c', `source ${join(folder, 'fish')}; complete -C 'cardio train --model he'`],
    {
      encoding: 'utf8',
    },
  );
  expect(stdout).toMatch(/^heartbeit/);
});

test('a shell that is not known is wrong usage', () => {
  const { status, stderr } = printed('tcsh');
  expect([status, stderr]).toEqual([2, expect.stringContaining('bash, zsh, fish')]);
});
