import { CardioError, type Signal } from '@cardio/core';
import { windowStarts } from './cut.js';
import type { Example, Preparation } from './dataset.js';
import { interleave } from './prepare.js';
import type { SourceRecord } from './record-source.js';

/** Windows of one length, one after the other. */
export interface WindowRule {
  readonly samples: number;
  /** From the start of each to the next; default `samples`. */
  readonly stride?: number;
  /** Whether a record shorter than a window is filled up at its end; else it has none. */
  readonly pad?: boolean;
  /** What it is filled up with; default 0. */
  readonly fill?: number;
}

/** A window and the sample of the record with which it begins. */
export interface FixedWindow {
  readonly from: number;
  /** `[T * L]`, row-major over time, then lead. */
  readonly x: Float32Array;
}

/**
 * How a preparation cuts windows, by its step `resample`. They are filled up after all steps, with what zero became by standardisation.
 *
 * @throws {CardioError} `usage` for a preparation that does not say how long a window is
 */
export function windowRuleOf({ steps }: Preparation): WindowRule {
  const window = steps.find((step) => step.step === 'resample')?.window;
  if (!window) throw new CardioError('usage', 'The preparation does not say how long a window is.');
  const fitted = steps.find((step) => step.step === 'standardise');
  return { ...window, fill: fitted ? -fitted.mean / (fitted.std || 1) : 0 };
}

/** Cuts windows from a record's start on, one after the other or by `stride`; a rest shorter than a window is left out, unless it is all there is and `pad` is set. */
export function fixedWindows(
  signal: Signal,
  { samples, stride = samples, pad = false, fill = 0 }: WindowRule,
): FixedWindow[] {
  const length = signal.samples[0]?.length ?? 0;
  if (pad && length < samples) {
    const x = new Float32Array(samples * signal.samples.length).fill(fill);
    x.set(interleave(signal, 0, length));
    return [{ from: 0, x }];
  }
  return windowStarts(length, samples, stride).map((from) => ({ from, x: interleave(signal, from, from + samples) }));
}

/** What is wrong with a signal that has missing samples, which no model can take; `undefined` when it is complete. */
export function missingSamples({ samples, leads }: Signal): string | undefined {
  const holes = samples.flatMap((lead, i) => {
    const missing = lead.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
    return missing > 0 ? [`${missing} in lead ${leads[i]}`] : [];
  });
  return holes.length > 0 ? `samples are missing: ${holes.join(', ')}.` : undefined;
}

/** A record's windows as examples that have its labels: the first one under its id, or all, with the sample with which each begins. */
export function labelledWindows(
  { id, patientId }: SourceRecord,
  windows: readonly FixedWindow[],
  y: Float32Array,
  which: 'first' | 'all',
): Example[] {
  if (which === 'first') return windows.slice(0, 1).map(({ x }) => ({ id, recordId: id, patientId, x, y }));
  return windows.map(({ from, x }) => ({ id: `${id}:${from}`, recordId: id, patientId, x, y }));
}

/**
 * The windows of an unseen record. Ids are its name, with the first sample where there is more than one window; `y` is empty, because no
 * labels are known.
 *
 * @param path for messages
 * @throws {CardioError} `data` for missing samples, or a record shorter than a window that is not to be filled up
 */
export function unseenWindows(path: string, name: string, signal: Signal, rule: WindowRule): Example[] {
  const missing = missingSamples(signal);
  if (missing) throw new CardioError('data', `${path}: ${missing}`);
  const windows = fixedWindows(signal, rule);
  if (windows.length === 0) {
    const [has, needs] = [signal.samples[0]?.length ?? 0, rule.samples].map((n) => n / signal.sampleRateHz);
    throw new CardioError('data', `${path}: it has ${has} s, the model needs at least ${needs} s.`);
  }
  return windows.map(({ from, x }) => ({
    id: windows.length === 1 ? name : `${name}:${from}`,
    recordId: name,
    patientId: name,
    x,
    y: new Float32Array(0),
  }));
}
