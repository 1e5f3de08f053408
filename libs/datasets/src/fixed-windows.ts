import { CardioError, type Signal } from '@cardio/core';
import { fixedWindows, missingSamples, type FixedWindow, type WindowRule } from '@cardio/signal';
import type { Example, Preparation } from './dataset.js';
import type { SourceRecord } from './record-source.js';

export { fixedWindows, missingSamples, type FixedWindow, type WindowRule };

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
