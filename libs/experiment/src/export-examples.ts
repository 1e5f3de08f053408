import type { Signal } from '@cardio/core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  datasetFactory,
  prepareRecord,
  writeSyntheticPtbxl,
  type Example,
  type Preparation,
  type Split,
} from '@cardio/datasets';
import { aggregateRows, auroc } from '@cardio/eval';
import type { Batch as Inputs, Examples, GraphPreparation, Verdict } from '@cardio/export';
import { standardLeads } from '@cardio/signal';
import { ClassificationTrainer } from '@cardio/trainers';
import type { LayersModel } from '@tensorflow/tfjs-layers';

import type { Manifest } from './manifest.js';

/** Up to `most` windows of a split, spread evenly over it, as inputs of the exported model. */
export function windowsOf(split: Split, most: number): { inputs: Inputs; labels: Float32Array } {
  const count = Math.min(most, split.size);
  const examples = Array.from({ length: count }, (_, i) => split.example(Math.floor((i * split.size) / count)));
  const { time, leads, features } = split.shape;
  const all = (of: (example: Example) => Float32Array): Float32Array => joined(examples.map(of));
  return {
    inputs: {
      ecg: { data: all(({ x }) => x), shape: [count, time, leads] },
      ...(features > 0 && {
        features: { data: all((example) => example.features as Float32Array), shape: [count, features] },
      }),
    },
    labels: all(({ y }) => y),
  };
}

/** Judges int8 by AUROC: the mean over the classes that have both kinds of labels may change by 0.01. Without such a class there is no verdict. */
export function aurocJudge(labels: Float32Array, classes: number): Examples['judge'] {
  const column = (values: Float32Array, k: number): Float32Array => values.filter((_, i) => i % classes === k);
  const defined = Array.from({ length: classes }, (_, k) => k).filter(
    (k) => auroc(column(labels, k), column(labels, k)) !== null,
  );
  if (defined.length === 0) return undefined;
  const macro = (scores: Float32Array): number =>
    defined.reduce((sum, k) => sum + Number(auroc(column(scores, k), column(labels, k))), 0) / defined.length;
  return (expected, actual): Verdict => ({
    what: 'the AUROC differs',
    difference: Math.abs(macro(expected) - macro(actual)),
    allowed: 0.01,
  });
}

/** Examples with the records that they are. */
interface RecordExamples extends Examples {
  readonly signals: readonly Signal[];
}

/** The rates at which synthetic records can be written. */
const syntheticRates = [100, 500] as const;
const syntheticRecords = 4;

/**
 * Synthetic records in millivolts, and what the model says of them when they are prepared as any record that it predicts: what a file that prepares
 * them itself must say, too. `undefined` where there can be none of that rate, length or leads.
 */
export async function rawExamples(
  model: LayersModel,
  manifest: Manifest,
  raw: GraphPreparation,
): Promise<RecordExamples | undefined> {
  const { leads, sampleRateHz, seconds } = raw;
  const rate = syntheticRates.find((hz) => hz === sampleRateHz);
  if (!rate || seconds !== 10 || leads.some((lead) => !(standardLeads as readonly string[]).includes(lead)))
    return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'cardio-raw-'));
  try {
    await writeSyntheticPtbxl(folder, { records: 50, seed: 8, sampleRateHz: rate });
    const ending = rate === 100 ? 'lr' : 'hr';
    const paths = Array.from({ length: syntheticRecords }, (_, i) =>
      join(folder, `records${rate}`, '00000', `0000${i + 1}_${ending}`),
    );
    return await examplesOf(paths, model, manifest, raw);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Records as inputs, and the answers by the preparation that predictions have. */
export async function examplesOf(
  paths: readonly string[],
  model: LayersModel,
  manifest: Manifest,
  { leads, sampleRateHz, layout, aggregate }: GraphPreparation,
): Promise<RecordExamples> {
  const { task, preparation } = manifest;
  const definition = datasetFactory.get(manifest.dataset.name) as unknown as {
    windowsOf(path: string, preparation: Preparation, note: (text: string) => void): Promise<Example[]>;
  };
  const records: Signal[] = [];
  const signals: Float32Array[] = [];
  const expected: Float32Array[] = [];
  let length = 0;
  for (const path of paths) {
    const { signal } = await prepareRecord(path, { sampleRateHz, steps: [{ step: 'select-leads', leads }] });
    length = signal.samples[0].length;
    records.push(signal);
    signals.push(layout === 'leads-samples' ? joined(signal.samples) : interleaved(signal.samples));
    const rows = await answers(model, manifest, await definition.windowsOf(path, preparation, () => undefined));
    expected.push(aggregate ? oneRow(rows, manifest, aggregate) : rows);
  }
  const shape = layout === 'leads-samples' ? [leads.length, length] : [length, leads.length];
  const isWhole = expected.every((row) => row.length === task.classes.length);
  if (!isWhole) throw new Error('A record has several windows and no aggregation.');
  return {
    inputs: { ecg: { data: joined(signals), shape: [paths.length, ...shape] } },
    expected: joined(expected),
    signals: records,
  };
}

function oneRow(probabilities: Float32Array, { task }: Manifest, aggregate: 'max' | 'mean'): Float32Array {
  const { kind, classes } = task;
  const keys = Array.from({ length: probabilities.length / classes.length }, () => '');
  const labels = new Float32Array(probabilities.length);
  return aggregateRows({ task: kind, classes, probabilities, labels }, keys, aggregate).probabilities;
}

async function answers(
  model: LayersModel,
  { task, window }: Manifest,
  examples: readonly Example[],
): Promise<Float32Array> {
  const [time, leads] = [window.samples, window.leads.length];
  const batch = {
    x: joined(examples.map(({ x }) => x)),
    y: new Float32Array(0),
    ids: examples.map(({ id }) => id),
    shape: { size: examples.length, time, leads, classes: 0, features: 0 },
  };
  const trainLoader = (async function* () {
    yield batch;
  })();
  return new ClassificationTrainer(model, { task: task.kind, classes: task.classes, trainLoader }).predict(batch);
}

function interleaved(leads: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(leads.length * leads[0].length);
  leads.forEach((lead, l) => lead.forEach((value, i) => (all[i * leads.length + l] = value)));
  return all;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
