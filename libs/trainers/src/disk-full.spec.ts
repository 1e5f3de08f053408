import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEngine } from '@cardio/engine';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { readCheckpoint } from './checkpoints.js';
import { classes, loaderOf, tinyModel, waves } from './testing.js';
import { ClassificationTrainer, type TrainerOptions } from './trainer.js';

const disk = mkdtempSync(join(tmpdir(), 'cardio-disk-'));
let mounted = false;
beforeAll(async () => {
  await startEngine('wasm');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=192k', 'tmpfs', disk], { stdio: 'ignore' });
    mounted = true;
  } catch {
    console.warn('skipped: only root can mount a small disk of memory here');
  }
});
afterAll(() => {
  if (mounted) execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

test('a full disk ends the training, says so, and leaves the last checkpoint whole; with space again it goes on', async () => {
  if (!mounted) return;
  const checkpointDir = join(disk, 'checkpoints');
  const filler = join(disk, 'filler');
  const fill = (bytes: number): void => {
    try {
      for (let i = 0; i < bytes; i += 4096) writeFileSync(filler, new Uint8Array(4096), { flag: 'a' });
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
  };
  const options: TrainerOptions = {
    task: 'multi-class',
    classes,
    trainLoader: loaderOf(waves(32, 1), 8, { seed: 1 }),
    checkpointDir,
    checkpointEverySteps: 1,
    epochs: 2,
    callbacks: [{ onBatchEnd: ({ step }) => (step === 6 ? fill(192 * 1024) : undefined) }],
  };
  await expect(new ClassificationTrainer(tinyModel(), options).train()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(
      /Could not write the checkpoint .*last: .*ENOSPC.*previous checkpoint there, if any, is whole/,
    ),
  });
  expect(readdirSync(checkpointDir)).toEqual(['last']);
  expect((await readCheckpoint(join(checkpointDir, 'last'))).state.step).toBe(5);

  rmSync(filler);
  const trainer = new ClassificationTrainer(tinyModel(), { ...options, callbacks: [] });
  await trainer.resume(join(checkpointDir, 'last'));
  expect((await trainer.train()).epochs.map(({ step }) => step)).toEqual([4, 8]);
});
