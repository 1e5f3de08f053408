import { CardioError, isCardioError } from '@cardio/core';
import { assertPlausible, datasetFactory, readEcgFile, type Example, type Preparation } from '@cardio/datasets';
import { openBundle, type BundleAnswer, type BundlePrediction, type OpenBundle } from '@cardio/export';
import { selectLeads } from '@cardio/signal';
import { extname, join } from 'node:path';

import { ecgFileAt, hasBeats } from './bundle-examples.js';
import type { Answer, Prediction } from './predict.js';

/**
 * Predicts one record by a bundle alone: no run and no dataset has to be there.
 *
 * @param folder of the bundle
 * @param record path of a WFDB record, or of a file that the folder dataset reads; for a model of beats, of a WFDB record
 * @throws {CardioError} `not-found` or `data` for a bundle or a record that is not there or not whole
 */
export async function predictBundle(folder: string, record: string): Promise<Prediction> {
  const opened = await openBundle(folder);
  try {
    const { bundle } = opened;
    const notes: string[] = [];
    const { whole, windows, ids } = hasBeats(bundle.preparation as Preparation)
      ? await ofBeats(opened, record, notes)
      : await ofSignal(opened, record);
    const { name, kind, aggregate } = bundle.task;
    const task = { name, kind, classes: bundle.classes.map((one) => one.name), ...(aggregate && { aggregate }) };
    return {
      ...{ record, model: join(folder, bundle.model.file), task, notes },
      whole: whole && answer(whole),
      windows: windows.map((window, w) => ({ id: ids[w], ...answer(window) })),
    };
  } finally {
    await opened.close();
  }
}

const answer = ({ probabilities, calibrated, predicted }: BundleAnswer): Answer => ({
  probabilities,
  predicted,
  ...(calibrated && { calibrated }),
});

interface Said extends BundlePrediction {
  readonly ids: readonly string[];
}

async function ofSignal({ bundle, predict }: OpenBundle, record: string): Promise<Said> {
  const file = ecgFileAt(record);
  const { signal } = await readEcgFile(file);
  try {
    if (extname(file) !== '.hea') assertPlausible(selectLeads(signal, bundle.window.leads), 'mV', { file });
    const said = await predict(signal);
    return { ...said, ids: said.windows.map(({ from }) => (said.windows.length === 1 ? record : `${record}:${from}`)) };
  } catch (cause) {
    if (!isCardioError(cause) || cause.message.includes(record)) throw cause;
    throw new CardioError(cause.code, `${record}: ${cause.message}`, { cause });
  }
}

/** Beats as the bundle's own dataset finds them in a record: by its annotations, or by detection. */
async function ofBeats({ bundle, predictWindows }: OpenBundle, record: string, notes: string[]): Promise<Said> {
  const { windowsOf } = datasetFactory.get(bundle.trainedOn.dataset as never) as unknown as {
    windowsOf(path: string, preparation: Preparation, note: (text: string) => void): Promise<Example[]>;
  };
  const examples = await windowsOf(record, bundle.preparation as Preparation, (text) => notes.push(text));
  if (examples.length === 0) throw new CardioError('data', `\`${record}\` has no window to predict.`);
  const { samples, leads } = bundle.window;
  const joined = (of: (example: Example) => Float32Array): Float32Array =>
    Float32Array.from(examples.flatMap((example) => [...of(example)]));
  const said = await predictWindows({
    ecg: joined(({ x }) => x),
    shape: [examples.length, samples, leads.length],
    ...(bundle.features.length > 0 && { features: joined(({ features }) => features ?? new Float32Array()) }),
  });
  return { ...said, ids: examples.map(({ id }) => id) };
}
