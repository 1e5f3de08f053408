import { join } from 'node:path';

import { CardioError, type Batch } from '@cardio/core';
import { buildSplit, createLoader, datasetFactory, type Example, type Preparation } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { readJson, runFiles, type Manifest, type Run } from '@cardio/experiment';
import { explainBatch } from '@cardio/models';
import { loadCheckpoint } from '@cardio/trainers';

/** So many windows are explained at most: a gradient at 32 places for each. */
const mostWindows = 12;

/** What each sample of a record's windows adds to the logit of a class. */
export interface Explanation {
  readonly leads: readonly string[];
  readonly sampleRateHz: number;
  /** One per explained window; `values` are `[L][T]`, of the prepared signal that the model saw. */
  readonly windows: readonly { readonly id: string; readonly about: string; readonly values: readonly number[][] }[];
}

/**
 * Integrated gradients of a run's checkpoint on a record (see `explainBatch` of `@cardio/models`).
 *
 * @param about for each of the first windows the class that is explained
 */
export async function explainRecord(run: Run, record: string, about: readonly string[]): Promise<Explanation> {
  const manifest = readJson<Manifest>(run, 'manifest');
  const { window, features, task } = manifest;
  // every dataset whose runs can predict has it
  const definition = datasetFactory.get(manifest.dataset.name) as unknown as {
    windowsOf(path: string, preparation: Preparation, note: (text: string) => void): Promise<Example[]>;
  };
  const all = await definition.windowsOf(record, manifest.preparation, () => undefined);
  const examples = all.slice(0, Math.min(mostWindows, about.length));
  if (examples.length === 0) throw new CardioError('data', `\`${record}\` has no window to explain.`);
  const shape = { time: window.samples, leads: window.leads.length, classes: 0, features: features.length };
  const unlabelled = examples.map((example) => ({ ...example, y: new Float32Array(0) }));
  const loader = createLoader(buildSplit('test', unlabelled, shape), { batchSize: examples.length });
  const { value: batch } = (await loader[Symbol.asyncIterator]().next()) as { value: Batch };
  await startEngine(run.config.engine);
  const { finalWeights } = run.config.training;
  const { model } = await loadCheckpoint(join(run.dir, runFiles.checkpoints, finalWeights));
  try {
    const targets = examples.map((_, i) => task.classes.indexOf(about[i]));
    const saliency = explainBatch(model, batch, targets);
    const { time: T, leads: L } = shape;
    return {
      ...{ leads: window.leads, sampleRateHz: window.sampleRateHz },
      windows: examples.map(({ id }, b) => ({
        ...{ id, about: about[b] },
        values: window.leads.map((_, l) => Array.from({ length: T }, (__, t) => saliency[(b * T + t) * L + l])),
      })),
    };
  } finally {
    model.dispose();
  }
}
