import { CardioError, type Signal } from '@cardio/core';
import type { EcgDataset, Example, Preparation, Split } from '@cardio/datasets';
import { ecgPaper } from '@cardio/eval/figures';
import type { ReportMistake } from '@cardio/eval/report';
import { explainBatch } from '@cardio/models';
import { standardLeads } from '@cardio/signal';
import type { LayersModel } from '@tensorflow/tfjs-layers';

import type { Predictions } from '../predictions.js';

/** An example of which a model was sure and wrong. */
interface Mistake {
  readonly row: number;
  /** The class that was wrongly given, or wrongly not given. */
  readonly about: number;
  readonly probability: number;
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
}

/**
 * The mistakes of which a model was most sure, most sure first: multi-class, where the class given is not the true one, by the probability of the true one;
 * multi-label, by the class whose probability is farthest from its truth, if it is on the wrong side of 0.5. They are of as many patients as
 * there are, evenly.
 */
export function worstMistakes(
  { examples, classes, probabilities, labels }: Predictions,
  kind: EcgDataset['task']['kind'],
  most: number,
): Mistake[] {
  const k = classes.length;
  const found = examples.flatMap((_, row): { readonly mistake: Mistake; readonly error: number }[] => {
    const p = probabilities.subarray(row * k, (row + 1) * k);
    const y = labels.subarray(row * k, (row + 1) * k);
    const truth = [...y.keys()].filter((c) => y[c] > 0.5);
    if (kind === 'multi-class') {
      const given = p.indexOf(Math.max(...p));
      if (truth.length === 0 || truth.includes(given)) return [];
      const mistake = { row, about: given, probability: p[given], truth, predicted: [given] };
      return [{ mistake, error: 1 - p[truth[0]] }];
    }
    const errors = Array.from(y, (label, c) => (Number.isNaN(label) ? 0 : Math.abs(p[c] - label)));
    const about = errors.indexOf(Math.max(...errors));
    if (!(errors[about] > 0.5)) return [];
    const predicted = [...p.keys()].filter((c) => p[c] >= 0.5);
    return [{ mistake: { row, about, probability: p[about], truth, predicted }, error: errors[about] }];
  });
  found.sort((a, b) => b.error - a.error);
  const mistakes = found.map(({ mistake }) => mistake);
  return evenly(mistakes, ({ row }) => examples[row].patientId, most);
}

/** The first of a list, as many of each patient as if all had the same number; filled up with the next ones, whosever they are. */
function evenly<T>(list: readonly T[], patientOf: (one: T) => string, most: number): T[] {
  const each = Math.ceil(most / Math.max(1, new Set(list.map(patientOf)).size));
  const taken = new Map<string, number>();
  const first = list.filter((one) => {
    const count = (taken.get(patientOf(one)) ?? 0) + 1;
    taken.set(patientOf(one), count);
    return count <= each;
  });
  const even = new Set(first);
  return [...first, ...list.filter((one) => !even.has(one))].slice(0, most);
}

/** What {@link drawMistakes} needs. */
interface MistakeSources {
  readonly model: LayersModel;
  readonly dataset: EcgDataset;
  readonly predictions: Predictions;
  /** Seconds after which mistakes are drawn without an explanation. */
  readonly seconds: number;
}

/** Draws mistakes as sheets of ECG paper, with what spoke for (red) and against (blue) the class in question behind the leads. */
export function drawMistakes(mistakes: readonly Mistake[], sources: MistakeSources): ReportMistake[] {
  const { model, dataset, predictions } = sources;
  const { examples, classes } = predictions;
  const names = (indices: readonly number[]): string[] => indices.map((c) => classes[c]);
  const end = performance.now() + 1000 * sources.seconds;
  return mistakes.map(({ row, about, probability, truth, predicted }) => {
    const { id, patientId, attributes = {} } = examples[row];
    const stretches = stretchesOf(dataset.splits.test, id, dataset.task.aggregate !== undefined);
    const explained = performance.now() < end;
    const { leads, sampleRateHz } = dataset.window;
    const x = whole(stretches, leads.length, ({ x: samples }) => samples);
    const overlay = explained
      ? whole(stretches, leads.length, (example) => explanation(model, example, dataset, about)).map((lead) =>
          smoothed(lead, Math.round(smoothSeconds * sampleRateHz)),
        )
      : undefined;
    const signal: Signal = { samples: x.map((lead) => inMillivolts(lead, dataset.preparation)), sampleRateHz, leads };
    return {
      ...{ id, patientId, probability, explained, about: classes[about] },
      truth: names(truth),
      predicted: names(predicted),
      attributes: { ...attributes },
      svg: sheet(signal, overlay),
    };
  });
}

/** The stretches of which an example consists: itself, or the windows of a record, with where each begins. */
function stretchesOf(split: Split, id: string, windows: boolean): { example: Example; from: number }[] {
  const found: { example: Example; from: number }[] = [];
  for (let i = 0; i < split.size; i++) {
    const example = split.example(i);
    if ((windows ? example.recordId : example.id) !== id) continue;
    const from = windows ? Number(/:(\d+)$/.exec(example.id)?.[1] ?? 0) : 0;
    found.push({ example, from });
  }
  if (found.length === 0) {
    throw new CardioError(
      'data',
      `The dataset has no example \`${id}\`, which the run was tested on: it is not the data of the run. Evaluate it again: cardio evaluate <run>.`,
    );
  }
  return found;
}

/** The leads of the whole record: where stretches overlap their mean, NaN where there is none. */
function whole(
  stretches: readonly { readonly example: Example; readonly from: number }[],
  leads: number,
  of: (example: Example) => Float32Array,
): Float32Array[] {
  const parts = stretches.map(({ example, from }) => ({ values: of(example), from }));
  const length = Math.max(...parts.map(({ values, from }) => from + values.length / leads));
  const counts = new Float32Array(length);
  const sums = Array.from({ length: leads }, () => new Float32Array(length));
  for (const { values, from } of parts) {
    for (let t = 0; t < values.length / leads; t++) {
      counts[from + t]++;
      for (let lead = 0; lead < leads; lead++) sums[lead][from + t] += values[t * leads + lead];
    }
  }
  return sums.map((sum) => sum.map((value, t) => value / counts[t]));
}

function explanation(
  model: LayersModel,
  { x, features }: Example,
  { splits }: EcgDataset,
  target: number,
): Float32Array {
  const { time, leads, classes, features: f } = splits.test.shape;
  const shape = { size: 1, time, leads, classes, features: f };
  return explainBatch(model, { x, shape, ...(features && { features }) }, target);
}

/** Single samples say little: what speaks for a class is a wave. */
const smoothSeconds = 0.04;

function smoothed(values: Float32Array, width: number): Float32Array {
  const reach = Math.floor(width / 2);
  return values.map((_, i) => {
    let sum = 0;
    for (let j = Math.max(0, i - reach); j <= Math.min(values.length - 1, i + reach); j++) sum += values[j];
    return sum / (2 * reach + 1);
  });
}

/** Takes the standardisation back; a preparation that scales each record by itself leaves no mV, and then it stays as it is. */
function inMillivolts(lead: Float32Array, { steps }: Preparation): Float32Array {
  const fitted = steps.find((step) => step.step === 'standardise');
  if (!fitted) return lead;
  return lead.map((value) => value * (fitted.std || 1) + fitted.mean);
}

/** Twelve leads of some seconds as the usual sheet; a short stretch, such as a beat, larger. */
function sheet(signal: Signal, overlay: readonly Float32Array[] | undefined): string {
  const seconds = signal.samples[0].length / signal.sampleRateHz;
  const usual = signal.leads.length === standardLeads.length;
  return ecgPaper(signal, {
    ...(seconds < 3 && !usual && { millimetresPerSecond: 50, millimetresPerMillivolt: 10, seconds }),
    ...(seconds < 3 && usual && { columns: 4, rhythmLead: null, seconds }),
    ...(overlay && { overlay }),
  });
}
