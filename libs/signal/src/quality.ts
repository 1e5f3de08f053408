import type { Signal } from '@cardio/core';
import { bandShares } from './band-shares.js';
import { SignalError } from './errors.js';
import { clippedShare, detectorAgreement, flatShare, kurtosis, missingShare } from './quality-measures.js';

/** What is known about the recording. */
export interface QualityOptions {
  /** Lowest and highest value the converter can give, in the unit of the samples. Without it, plateaus at a lead's extremes are clipping. */
  readonly limits?: readonly [low: number, high: number];
  /** Frequencies of the mains to look at, default `[50, 60]`: the stronger one counts. */
  readonly powerlineHz?: readonly number[];
}

/** The measures of a lead; shares are from 0 to 1, NaN where a measure can't be taken (no samples, no spread, too short, too slow a rate). */
export interface QualityMeasures {
  /** Share of samples that are NaN. */
  readonly missing: number;
  /** Share of samples in runs of one value that last a second or longer. */
  readonly flat: number;
  /** Share of samples at the limits or on plateaus. */
  readonly clipped: number;
  /** Power within 1 Hz of the mains frequency / total power without the mean. */
  readonly powerline: number;
  /** Power below 0.5 Hz / total power without the mean. Needs more than 2 s. */
  readonly baseline: number;
  /** Fourth standardised moment: 3 for Gaussian noise, 1.5 for a sine, 5 and more for most clean ECGs. */
  readonly kurtosis: number;
  /** Beats that two detectors of R peaks both find / beats that either finds. Needs 5 s, 100 Hz and a beat. */
  readonly agreement: number;
}

/** The quality of one lead, or of a record. */
export interface LeadQuality extends QualityMeasures {
  readonly lead: string;
  /** 1: nothing to complain about; 0: of no use. */
  readonly score: number;
  /** What cost points, the worst first. */
  readonly reasons: readonly (keyof QualityMeasures)[];
}

/** The quality of a record. */
export interface Quality {
  /** The mean of the leads' scores. */
  readonly score: number;
  /** Each lead that lost points and why, such as `V1: flat`; the worst lead first. */
  readonly reasons: readonly string[];
  readonly leads: readonly LeadQuality[];
}

/**
 * Where a measure begins to cost points and where it leaves none; linear between. Kurtosis and agreement are the kSQI and the bSQI of Li, Mark and
 * Clifford (Physiol. Meas. 29:15, 2008). The first limit of kurtosis is that of Zhao and Zhang (Front. Physiol. 9:727, 2018) as NeuroKit has it,
 * the first of agreement that of Vest et al. (Physiol. Meas. 39:105004, 2018); the others are this library's choice, looked over on
 * PTB-XL's records and their remarks on noise.
 */
const limits: Readonly<Record<keyof QualityMeasures, readonly [good: number, useless: number]>> = {
  missing: [0, 0.5],
  flat: [0, 0.5],
  clipped: [0, 0.1],
  powerline: [0.05, 0.5],
  baseline: [0.3, 0.9],
  kurtosis: [5, 1.5],
  agreement: [0.9, 0.5],
};

/**
 * Measures how good a recording is, lead by lead. A lead's score is that of its worst measure: 1 within the first limit, 0 beyond the second,
 * linear between. A lead without samples, or one that is flat throughout, scores 0. Screening, not diagnosis: tachycardia and flat leads with
 * small QRS complexes lower the kurtosis of good recordings.
 *
 * @throws {SignalError} `usage` when the rate or an option is out of range; `data` when there is no lead, no sample or an infinite one
 * @example signalQuality(record.signal).reasons // ['V1: flat', 'II: baseline']
 */
export function signalQuality(signal: Signal, options: QualityOptions = {}): Quality {
  check(signal, options);
  const leads = signal.samples.map((samples, i) =>
    rate(signal.leads[i], measure(samples, signal.sampleRateHz, options)),
  );
  const worst = leads.filter(({ score }) => score < 1).sort((a, b) => a.score - b.score);
  return {
    score: leads.reduce((sum, { score }) => sum + score, 0) / leads.length,
    reasons: worst.map(({ lead, reasons }) => `${lead}: ${reasons.join(', ')}`),
    leads,
  };
}

function measure(samples: Float32Array, sampleRateHz: number, options: QualityOptions): QualityMeasures {
  const { powerlineHz = [50, 60] } = options;
  const bands = [[0, 0.5] as const, ...powerlineHz.map((hz) => [hz - 1, hz + 1] as const)];
  const [baseline, ...powerline] = bandShares(samples, sampleRateHz, bands);
  const known = powerline.filter((share) => !Number.isNaN(share));
  return {
    missing: missingShare(samples),
    flat: flatShare(samples, sampleRateHz),
    clipped: clippedShare(samples, sampleRateHz, options.limits),
    powerline: known.length > 0 ? Math.max(...known) : NaN,
    baseline,
    kurtosis: kurtosis(samples),
    agreement: detectorAgreement(samples, sampleRateHz),
  };
}

function rate(lead: string, measures: QualityMeasures): LeadQuality {
  const names = Object.keys(limits) as (keyof QualityMeasures)[]; // the keys of the table above
  const points = names
    .filter((name) => !Number.isNaN(measures[name]))
    .map((name) => {
      const [good, useless] = limits[name];
      return { name, points: Math.min(1, Math.max(0, (measures[name] - useless) / (good - useless))) };
    })
    .filter((item) => item.points < 1)
    .sort((a, b) => a.points - b.points);
  return { lead, score: points[0]?.points ?? 1, reasons: points.map(({ name }) => name), ...measures };
}

function check({ samples, sampleRateHz, leads }: Signal, { limits: ends, powerlineHz = [] }: QualityOptions): void {
  if (!(sampleRateHz > 0 && Number.isFinite(sampleRateHz))) {
    throw new SignalError('`sampleRateHz`', 'finite and above 0', sampleRateHz);
  }
  if (ends && !(ends[0] < ends[1])) throw new SignalError('`limits`', 'the lower and the higher end', ends);
  const odd = powerlineHz.find((hz) => !(hz > 1));
  if (odd !== undefined) throw new SignalError('`powerlineHz`', 'above 1 Hz', odd);
  if (samples.length === 0 || samples[0].length === 0) {
    throw new SignalError('The signal', 'one with leads and samples', `${samples.length} leads without samples`, {
      code: 'data',
    });
  }
  const infinite = samples.findIndex((lead) => lead.some((value) => Math.abs(value) === Infinity));
  if (infinite >= 0) {
    throw new SignalError(`Lead \`${leads[infinite]}\``, 'finite', 'infinite samples', {
      code: 'data',
      advice: 'Mark them as missing (NaN) first.',
    });
  }
}
