import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type * as tfl from '@tensorflow/tfjs-layers';

import { replaceFolder, type FolderFiles } from '../checkpoint-folder.js';
import { readCheckpoint, weightsFor } from '../checkpoints.js';
import type { TrainingConfig } from '../config.js';
import type { CheckpointState } from './run-state.js';

/** The folder of a run's checkpoints: `last`, `best`, and `epoch-<n>` for the best few where more than one is kept. */
export class RunCheckpoints {
  /** The one written last, or gone on from. */
  current: string | undefined;
  private lastSaved = 0;

  constructor(
    private readonly folder: string,
    private readonly config: TrainingConfig,
  ) {}

  /** Time between checkpoints counts from here. */
  begin(): void {
    this.lastSaved = performance.now();
  }

  /** Whether a checkpoint is due after this step; not after the last of an epoch, which has one of its own. */
  due({ step, within }: CheckpointState): boolean {
    if (!within || within.batches === within.batchesPerEpoch) return false;
    const { checkpointEverySteps: steps, checkpointEveryMinutes: minutes } = this.config;
    return (steps > 0 && step % steps === 0) || (minutes > 0 && performance.now() - this.lastSaved >= 60_000 * minutes);
  }

  /**
   * Writes the files as `last`; before it as what else they are, so that a run killed between the two does the epoch again and finds the same.
   *
   * @returns the folder `last`
   */
  async save(files: FolderFiles, { epoch, within, kept }: CheckpointState, isBest: boolean): Promise<string> {
    const last = join(this.folder, 'last');
    const keepsSeveral = this.config.keepBest > 1 && within === null;
    if (isBest) await replaceFolder(join(this.folder, 'best'), files);
    if (keepsSeveral && kept.some((one) => one.epoch === epoch)) {
      await replaceFolder(join(this.folder, epochFolder(epoch)), files);
    }
    await replaceFolder(last, files);
    if (keepsSeveral) await this.removeAllBut(kept.map((one) => epochFolder(one.epoch)));
    this.lastSaved = performance.now();
    this.current = last;
    return last;
  }

  private async removeAllBut(names: readonly string[]): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (/^epoch-\d+$/.test(name) && !names.includes(name)) await rm(join(this.folder, name), { recursive: true });
    }
  }
}

/** The weights of the checkpoint `best` beside another one whose run has a best epoch. */
export async function bestBeside(
  checkpoint: string,
  model: tfl.LayersModel,
  { monitor }: CheckpointState,
): Promise<Float32Array[] | undefined> {
  if (monitor === null || monitor.best === null) return undefined;
  const best = join(dirname(checkpoint), 'best');
  return weightsFor(model, await readCheckpoint(best), best);
}

const epochFolder = (epoch: number): string => `epoch-${String(epoch).padStart(4, '0')}`;
