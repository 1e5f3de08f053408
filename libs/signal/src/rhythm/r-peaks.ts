import type { Signal } from '@cardio/core';
import { SignalError } from '../errors.js';
import { selectLeads } from '../leads.js';
import { matchBeats } from './match-beats.js';
import { panTompkins } from './pan-tompkins.js';
import { twoMovingAverages } from './two-moving-averages.js';

/** The detectors by name. */
export const rPeakDetectors = { 'two-moving-averages': twoMovingAverages, 'pan-tompkins': panTompkins } as const;

/** The name of a detector. */
export type RPeakMethod = keyof typeof rPeakDetectors;

/** The R peaks of a record. */
export interface RPeaks {
  /** Samples, ascending. */
  readonly samples: readonly number[];
  /** For each of them, whether the other detector has a beat within 150 ms: where not, one of the two is wrong. */
  readonly confirmed: readonly boolean[];
  /** The lead they were found in. */
  readonly lead: string;
  /** How far the two detectors agree in that lead, 0 to 1, as {@link beatAgreement} gives it. NaN without beats. */
  readonly agreement: number;
}

/**
 * Finds the R peaks of a record, in the lead in which two detectors agree best: noise deceives them differently. One lead can be asked for.
 *
 * @param options `method`: default `two-moving-averages` ({@link twoMovingAverages}), which makes fewer errors on MIT-BIH than {@link panTompkins};
 *   `lead`: default the lead of the best agreement, the first of equal ones; leads of missing samples only are passed over
 * @throws {SignalError} `usage` for an unknown method or a rate below 100 Hz; `data` for no leads, less than 1 s, infinite or only missing samples
 * @throws {CardioError} `data` for a lead that isn't there
 * @example detectRPeaks(record.signal).samples // [77, 370, 662, …]
 */
export function detectRPeaks(
  signal: Signal,
  { method = 'two-moving-averages', lead }: { readonly method?: RPeakMethod; readonly lead?: string } = {},
): RPeaks {
  const names = Object.keys(rPeakDetectors) as RPeakMethod[]; // the keys of the table above
  if (!names.includes(method)) throw new SignalError('`method`', `one of ${names.join(', ')}`, method);
  const { samples, sampleRateHz, leads } = lead === undefined ? signal : selectLeads(signal, [lead]);
  const present = samples.map((_, i) => i).filter((i) => samples[i].some((value) => !Number.isNaN(value)));
  if (present.length === 0) {
    throw new SignalError('The signal', 'one with samples that are not missing', `${samples.length} leads without`, {
      code: 'data',
    });
  }
  const all = present.map((i) => {
    const found = names.map((name) => rPeakDetectors[name](samples[i], sampleRateHz));
    const chosen = found[names.indexOf(method)];
    const other = found[1 - names.indexOf(method)];
    return { lead: leads[i], chosen, other, agreement: beatAgreement(chosen, other, sampleRateHz) };
  });
  const best = all.reduce((a, b) => ((b.agreement || 0) > (a.agreement || 0) ? b : a));
  const pairs = matchBeats(best.chosen, best.other, tolerance(sampleRateHz)).pairs;
  const shared = new Set(pairs.map(([sample]) => sample));
  return {
    samples: best.chosen,
    confirmed: best.chosen.map((sample) => shared.has(sample)),
    lead: best.lead,
    agreement: best.agreement,
  };
}

/**
 * How far two detectors agree: the beats that both have, within 150 ms, as a share of the beats that either has (Li, Mark and Clifford,
 * Physiol. Meas. 29:15, 2008: bSQI). 1 for the same beats, NaN when neither has one.
 */
export function beatAgreement(a: readonly number[], b: readonly number[], sampleRateHz: number): number {
  const { pairs } = matchBeats(a, b, tolerance(sampleRateHz));
  return pairs.length / (a.length + b.length - pairs.length);
}

const tolerance = (sampleRateHz: number): number => 0.15 * sampleRateHz;
