import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, jest, test } from '@jest/globals';

jest.setTimeout(120_000);

const bin = fileURLToPath(new URL('../../bin/cardio.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cardio-pretrain-'));
afterAll(() => rmSync(folder, { recursive: true }));

function start(args: string): ChildProcess {
  const env = { ...process.env, NODE_OPTIONS: '' };
  return spawn(process.execPath, [bin, ...args.split(' ')], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}
const ended = (child: ChildProcess): Promise<string> => {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => child.on('close', () => resolve(text)));
};
const data = '--dataset synthetic --records 60 --seconds 2 --leads II --model heartbeit --preset tiny --engine wasm';
const weights = (run: string): Buffer => readFileSync(join(folder, 'runs', run, 'checkpoints', 'last', 'weights.bin'));

test('pre-training that is killed goes on bit for bit, and another run starts from it', async () => {
  const pretrain = `pretrain ${data} --codes 8 --epochs 12 --checkpoint-every-steps 1`;
  const whole = await ended(start(`${pretrain} --run-id whole`));
  expect(whole).toMatch(/codebook, pass 5: perplexity [\d.]+, usage 1\.000/);
  expect(whole).toContain('Next: npx cardio train --from runs/whole');

  const child = start(`${pretrain} --run-id parts`);
  const end = ended(child);
  while (!existsSync(join(folder, 'runs/parts/checkpoints/last/trainer.json'))) await sleep(5);
  child.kill('SIGKILL');
  await end;
  expect(await ended(start('pretrain --resume runs/parts'))).toContain('masked accuracy');
  expect(weights('parts')).toEqual(weights('whole'));

  const fine = await ended(start(`train --from whole ${data} --epochs 1 --label-fraction 0.5 --run-id fine`));
  expect(fine).toMatch(/Weights: 31 tensors loaded; 4 new by design: norm\/gamma, norm\/beta, logits\/kernel/);
});

test('what is of no use to a command is no option of it', async () => {
  expect(await ended(start(`pretrain ${data} --from x`))).toContain("unknown option '--from'");
  expect(await ended(start(`train ${data} --mask-share 0.5`))).toContain("unknown option '--mask-share'");
});

test('a pre-training is not taken for a classifier, nor a training for a pre-training', async () => {
  const next = 'is a pre-training: it knows no classes yet. Train on it first: `cardio train --from runs/whole';
  for (const command of ['evaluate whole', 'export whole', 'predict whole x'])
    expect(await ended(start(command))).toContain(next);
  expect(await ended(start('train --resume whole'))).toContain('go on with `pretrain --resume`');
  expect(await ended(start('pretrain --resume fine'))).toContain('go on with `train --resume`');
});
