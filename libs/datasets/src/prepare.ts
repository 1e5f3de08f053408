import { CardioError, isCardioError, type Signal } from '@cardio/core';
import { medianBaseline, resample, selectLeads, standardise } from '@cardio/signal';
import { readRecord } from '@cardio/wfdb';
import type { Preparation } from './dataset.js';
import { fillGaps } from './fill-gaps.js';

/**
 * Applies the steps of a preparation that turn a signal into a signal, in their order: lead selection, resampling, filling of
 * gaps, clipping, median baseline, standardisation. Steps that cut windows or treat features are left to the dataset that declares them.
 *
 * @throws {CardioError} `data` when the signal has another sample rate than the preparation expects, or lacks a lead
 */
export function prepareSignal(signal: Signal, { sampleRateHz, steps }: Preparation): Signal {
  const resamples = steps.some(({ step }) => step === 'resample');
  if (signal.sampleRateHz !== sampleRateHz && !resamples) {
    throw new CardioError(
      'data',
      `The record has ${signal.sampleRateHz} Hz, the model expects ${sampleRateHz} Hz. Resample the record to ${sampleRateHz} Hz first.`,
    );
  }
  let result = signal;
  for (const step of steps) {
    if (step.step === 'select-leads') result = selectLeads(result, step.leads);
    else if (step.step === 'resample') {
      const { sampleRateHz: from } = result;
      const samples = result.samples.map((lead) => resample(lead, from, step.sampleRateHz));
      result = { ...result, samples, sampleRateHz: step.sampleRateHz };
    } else if (step.step === 'standardise') result = standardise(result, step);
    else if (step.step === 'fill-gaps') result = { ...result, samples: result.samples.map(fillGaps) };
    else if (step.step === 'clip') {
      const samples = result.samples.map((lead) =>
        lead.map((mv) => (mv > step.mv ? step.mv : mv < -step.mv ? -step.mv : mv)),
      );
      result = { ...result, samples };
    } else if (step.step === 'median-baseline') {
      const samples = result.samples.map((lead) => medianBaseline(lead, sampleRateHz, step.windowsSeconds));
      result = { ...result, samples };
    }
  }
  return result;
}

/**
 * Reads an unseen WFDB record and prepares it as {@link prepareSignal} does; its errors name the record.
 *
 * @param recordPath path without extension
 */
export async function prepareRecord(
  recordPath: string,
  preparation: Preparation,
): Promise<{ readonly name: string; readonly signal: Signal }> {
  const { name, signal } = await readRecord(recordPath);
  try {
    return { name, signal: prepareSignal(signal, preparation) };
  } catch (cause) {
    if (!isCardioError(cause)) throw cause;
    throw new CardioError(cause.code, `${recordPath}: ${cause.message}`, { cause });
  }
}

/** The samples [from, to) of all leads as a model takes them: row-major, time then lead, `[T * L]`. */
export function interleave({ samples }: Signal, from: number, to: number): Float32Array {
  const leads = samples.length;
  const window = new Float32Array((to - from) * leads);
  samples.forEach((lead, l) => {
    for (let i = from; i < to; i++) window[(i - from) * leads + l] = lead[i];
  });
  return window;
}
