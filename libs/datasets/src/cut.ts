import { createHash } from 'node:crypto';
import { windowStarts } from '@cardio/signal';
import type { Crop } from './crop-config.js';
import type { CutRule, EcgDataset, Example, Split } from './dataset.js';

/**
 * A dataset of whole records as one of stretches of them: the training split has one of each record, which a loader draws anew each epoch; validation
 * and test have all windows, whose probabilities are to be aggregated by record. Nothing is copied.
 */
export function cutDataset(dataset: EcgDataset, { samples, stride, aggregate }: Crop): EcgDataset {
  const { window, task, preparation, report, splits, hash } = dataset;
  const windows = windowStarts(window.samples, samples, stride).length;
  const note =
    `Trained on stretches of ${samples} samples from anywhere in a record; validated and tested on ${windows} windows of each (one every ` +
    `${stride} samples), of whose probabilities the ${aggregate === 'max' ? 'largest' : 'mean'} is the record's.`;
  return {
    ...dataset,
    window: { ...window, samples },
    task: { ...task, aggregate },
    preparation: { ...preparation, steps: [...preparation.steps, { step: 'windows', samples, stride }] },
    splits: {
      train: cutSplit(splits.train, { samples }),
      validation: cutSplit(splits.validation, { samples, stride }),
      test: cutSplit(splits.test, { samples, stride }),
    },
    report: { ...report, notes: [...report.notes, note] },
    hash: createHash('sha256').update(`${hash} ${samples} ${stride}`).digest('hex'),
  };
}

/**
 * Stretches of a split's examples. Without a stride there is one of each, which a loader draws anew each epoch; asked for by itself, an
 * example is the middle. With one there are all windows, numbered example by example; their ids end with the sample at which they begin.
 */
export function cutSplit(of: Split, { samples, stride }: CutRule): Split {
  const { time, leads } = of.shape;
  const starts = stride === undefined ? [(time - samples) >> 1] : windowStarts(time, samples, stride);
  const n = starts.length;
  return {
    name: of.name,
    size: of.size * n,
    shape: { ...of.shape, time: samples },
    classCounts: of.classCounts.map((count) => count * n),
    recordIds: of.recordIds,
    patientIds: of.patientIds,
    cut: { of, samples, ...(stride !== undefined && { stride }) },
    example(index): Example {
      const whole = of.example(Math.floor(index / n));
      const from = starts[index % n];
      const { recordId, patientId, y } = whole;
      const example = { id: n > 1 ? `${whole.id}:${from}` : whole.id, recordId, patientId, y };
      // read when they are asked for: ids and labels cost no reading
      const x = { enumerable: true, get: () => whole.x.slice(from * leads, (from + samples) * leads) };
      const features = { enumerable: true, get: () => whole.features };
      return Object.defineProperties(example, { x, ...(of.shape.features > 0 && { features }) }) as Example;
    },
  };
}
