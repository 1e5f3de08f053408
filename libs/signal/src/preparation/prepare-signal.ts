import { CardioError, type Signal } from '@cardio/core';
import { designFilter } from '../filter-design.js';
import { fillGaps } from '../gaps.js';
import { selectLeads } from '../leads.js';
import { medianBaseline } from '../median.js';
import { normalise } from '../normalise.js';
import { notch } from '../notch.js';
import { resample } from '../resample.js';
import type { Sections } from '../sections.js';
import { standardise } from '../standardise.js';
import { zeroPhase } from '../zero-phase.js';
import type { SignalPreparation, SignalStep } from './steps.js';

/**
 * Applies the steps of a preparation that turn a signal into a signal, in their order: lead selection, filters, resampling, filling
 * of gaps, clipping, median baseline, normalisation, standardisation. Steps that cut windows or treat features are left to whoever declares them.
 *
 * @throws {CardioError} `data` when the signal has another sample rate than the preparation expects, or lacks a lead
 */
export function prepareSignal(signal: Signal, { sampleRateHz, steps }: SignalPreparation): Signal {
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
    } else if (step.step === 'filter') {
      const sections = sectionsOf(step, result.sampleRateHz);
      result = { ...result, samples: zeroPhase(sections, result.samples, { missing: 'keep' }) };
    } else if (step.step === 'normalise') result = normalise(result, step);
    else if (step.step === 'median-baseline') {
      const samples = result.samples.map((lead) => medianBaseline(lead, sampleRateHz, step.windowsSeconds));
      result = { ...result, samples };
    }
  }
  return result;
}

type FilterStep = Extract<SignalStep, { step: 'filter' }>;

/** The last filters: every record of a data set has the same one, and most have the same rate. */
const designed = new Map<string, Sections>();

/** @throws {CardioError} `data` for a rate too low for the filter */
function sectionsOf({ bandHz, notchHz }: FilterStep, sampleRateHz: number): Sections {
  const key = JSON.stringify([bandHz, notchHz, sampleRateHz]);
  const known = designed.get(key);
  if (known) return known;
  const highest = Math.max(0, ...(bandHz ?? []), notchHz ?? 0);
  if (highest >= sampleRateHz / 2) {
    throw new CardioError(
      'data',
      `A filter at ${highest} Hz needs more than ${2 * highest} Hz, the record has ${sampleRateHz} Hz.`,
    );
  }
  const sections = [
    ...(bandHz
      ? designFilter({ family: 'butterworth', order: 3, band: 'bandpass', cutoffHz: bandHz, sampleRateHz })
      : []),
    ...(notchHz ? notch(notchHz, sampleRateHz) : []),
  ];
  if (designed.size >= 8) designed.clear();
  designed.set(key, sections);
  return sections;
}
