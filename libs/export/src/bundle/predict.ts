import { CardioError, type Signal } from '@cardio/core';
import { fixedWindows, missingSamples, prepareSignal, type FixedWindow, type WindowRule } from '@cardio/signal';
import type { OnnxInput, OpenModel } from '../onnx-model.js';
import type { Floats } from '../session.js';
import { aggregated, answerOf, type BundleAnswer } from './decide.js';
import type { Bundle } from './schema.js';

/** What a bundle says of one record. */
export interface BundlePrediction {
  /** Of the record, aggregated over its windows as in the run's evaluation; `null` where each window stands for itself. */
  readonly whole: BundleAnswer | null;
  /** One for each window, with the prepared sample at which it begins, or its number where windows were given. */
  readonly windows: readonly (BundleAnswer & { readonly from: number })[];
}

/** So many windows run at once, which bounds the memory. */
const batch = 16;

/**
 * What a bundle says of a record in millivolts, prepared as it says.
 *
 * @throws CardioError 'data' for another rate, a missing lead, missing samples or less than one window; 'usage' for a bundle of beats
 */
export async function predictSignal(bundle: Bundle, model: OpenModel, signal: Signal): Promise<BundlePrediction> {
  const windows = preparedWindows(bundle, signal);
  const { data: ecg, shape } = stacked(bundle, windows);
  const rows = await probabilitiesOf(bundle, model, { ecg, shape });
  return said(
    bundle,
    rows,
    windows.map(({ from }) => from),
  );
}

/** What is needed to prepare records for a bundle. */
export type Preparing = Pick<Bundle, 'preparation' | 'window'>;

/** Records in millivolts as a bundle's model takes them: all their windows, one record after the other. */
export const windowsOf = (bundle: Preparing, signals: readonly Signal[]): Floats =>
  stacked(
    bundle,
    signals.flatMap((signal) => preparedWindows(bundle, signal)),
  );

function stacked(bundle: Preparing, windows: readonly FixedWindow[]): Floats {
  const shape = [windows.length, ...axesOf(bundle)];
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  windows.forEach(({ x }, w) => data.set(laidOut(bundle, x), w * x.length));
  return { data, shape };
}

/** What a bundle says of windows that are prepared already, as one record. */
export async function predictWindows(bundle: Bundle, model: OpenModel, input: OnnxInput): Promise<BundlePrediction> {
  const rows = await probabilitiesOf(bundle, model, input);
  return said(bundle, rows, [...rows.keys()]);
}

/** The axes of one window, as the file has them. */
export function axesOf({ window: { samples, leads, layout } }: Preparing): [number, number] {
  return layout === 'samples-leads' ? [samples, leads.length] : [leads.length, samples];
}

/** A record as windows in time, then leads. */
function preparedWindows({ preparation, window }: Preparing, signal: Signal): FixedWindow[] {
  const beats = preparation.steps.find(({ step }) => step.startsWith('beat-'));
  if (beats) {
    throw new CardioError(
      'usage',
      `The bundle's model takes beats (step \`${beats.step}\`), which are not found here. Cut them by \`@cardio/datasets\` and give them to ` +
        '`predictWindows`, as `cardio predict --bundle` does.',
    );
  }
  assertRecord(signal);
  const prepared = prepareSignal(signal, preparation);
  const missing = missingSamples(prepared);
  if (missing) throw new CardioError('data', missing);
  const windows = fixedWindows(prepared, ruleOf(preparation.steps, window.samples));
  if (windows.length > 0) return windows;
  const [has, needs] = [prepared.samples[0].length, window.samples].map((n) => n / prepared.sampleRateHz);
  throw new CardioError('data', `The record has ${has} s, the model needs at least ${needs} s.`);
}

/** @throws CardioError 'data' for what is no record: leads of several lengths, without samples, names or a rate */
function assertRecord({ samples, leads, sampleRateHz }: Signal): void {
  const lengths = [...new Set(samples.map(({ length }) => length))];
  if (lengths.length === 1 && lengths[0] > 0 && samples.length === leads.length && sampleRateHz > 0) return;
  throw new CardioError(
    'data',
    `A record has as many samples in each lead, at least one, a name for each lead and a rate above 0; received ` +
      `${lengths.join(' and ') || 'no'} samples in ${samples.length} leads with ${leads.length} names at ${sampleRateHz} Hz.`,
  );
}

/** Windows as the datasets cut them: by a step of their own, or one after the other; filled up, where they are, with what zero became. */
function ruleOf(steps: Bundle['preparation']['steps'], samples: number): WindowRule {
  const cut = steps.find((step) => step.step === 'windows');
  if (cut) return { samples, stride: cut.stride };
  const pad = steps.find((step) => step.step === 'resample')?.window?.pad ?? false;
  const fitted = steps.find((step) => step.step === 'standardise');
  return { samples, pad, fill: fitted ? -fitted.mean / (fitted.std || 1) : 0 };
}

/** A window with its axes in the file's order. */
function laidOut({ window: { samples, leads, layout } }: Preparing, x: Float32Array): Float32Array {
  if (layout === 'samples-leads') return x;
  return x.map((_, i) => x[(i % samples) * leads.length + Math.floor(i / samples)]);
}

async function probabilitiesOf(
  { classes, features }: Bundle,
  model: OpenModel,
  { ecg, shape, features: numbers }: OnnxInput,
): Promise<number[][]> {
  const [count, ...axes] = shape;
  const size = axes.reduce((a, b) => a * b, 1);
  const rows: number[][] = [];
  for (let from = 0; from < count; from += batch) {
    const to = Math.min(count, from + batch);
    const { probabilities } = await model.run({
      ecg: ecg.subarray(from * size, to * size),
      shape: [to - from, ...axes],
      ...(numbers && { features: numbers.subarray(from * features.length, to * features.length) }),
    });
    for (let row = 0; row < to - from; row++) {
      rows.push(Array.from(probabilities.subarray(row * classes.length, (row + 1) * classes.length)));
    }
  }
  if (rows.some((row) => row.some((p) => !Number.isFinite(p)))) {
    throw new CardioError('data', 'The model answers with numbers that are none. The record or the model is damaged.');
  }
  return rows;
}

function said(bundle: Bundle, rows: readonly (readonly number[])[], starts: readonly number[]): BundlePrediction {
  const { aggregate } = bundle.task;
  return {
    whole: aggregate && rows.length > 0 ? answerOf(bundle, aggregated(rows, aggregate)) : null,
    windows: rows.map((row, w) => ({ ...answerOf(bundle, row), from: starts[w] })),
  };
}
