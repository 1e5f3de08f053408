import type { Signal } from '@cardio/core';
import { SignalError } from './errors.js';
import { leadIndex } from './lead-index.js';
import { selectLeads } from './leads.js';

/**
 * Computes III, aVR, aVL and aVF from I and II, sample by sample: III = II - I (Einthoven), aVR = -(I + II) / 2, aVL = I - II / 2 and
 * aVF = II - I / 2 (Goldberger). The result has the six limb leads first, then the signal's other leads in their order; limb leads that
 * the signal had already are computed anew. A sample that is missing (NaN) in I or II is missing in all four.
 *
 * @throws {SignalError} `data` when I or II is not there, or is there twice
 * @example deriveLimbLeads(selectLeads(signal, ['I', 'II', 'V1'])).leads // I II III aVR aVL aVF V1
 */
export function deriveLimbLeads(signal: Signal): Signal {
  const [one, two] = selectLeads(signal, ['I', 'II']).samples;
  const lead = (ofI: number, ofII: number): Float32Array => {
    const samples = new Float32Array(one.length);
    for (let i = 0; i < samples.length; i++) samples[i] = ofI * one[i] + ofII * two[i];
    return samples;
  };
  const others = [...signal.leads.keys()].filter((i) => leadIndex(limbLeads, signal.leads[i]) < 0);
  return {
    samples: [
      one,
      two,
      lead(-1, 1),
      lead(-0.5, -0.5),
      lead(1, -0.5),
      lead(-0.5, 1),
      ...others.map((i) => signal.samples[i]),
    ],
    sampleRateHz: signal.sampleRateHz,
    leads: [...limbLeads, ...others.map((i) => signal.leads[i])],
  };
}

const limbLeads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'] as const;

/** One law of the limb leads, and how far a signal is from it. */
export interface LimbLeadResidual {
  /** Such as `I + III = II`. */
  readonly law: string;
  /** The largest distance from the law, in the unit of the samples; 0 when every sample is missing. */
  readonly residual: number;
  /** The sample where it is; -1 when every sample is missing. */
  readonly at: number;
  /** What digitising alone can make. */
  readonly tolerance: number;
}

/** Whether the limb leads of a signal belong together. */
export interface LimbLeadCheck {
  readonly consistent: boolean;
  /** Every law whose leads are there. */
  readonly laws: readonly LimbLeadResidual[];
}

type Law = readonly [law: string, ...terms: (readonly [lead: string, factor: number])[]];

const laws: readonly Law[] = [
  ['I + III = II', ['I', 1], ['III', 1], ['II', -1]],
  ['aVR = -(I + II) / 2', ['aVR', 1], ['I', 0.5], ['II', 0.5]],
  ['aVL = I - II / 2', ['aVL', 1], ['I', -1], ['II', 0.5]],
  ['aVF = II - I / 2', ['aVF', 1], ['II', -1], ['I', 0.5]],
  ['aVR + aVL + aVF = 0', ['aVR', 1], ['aVL', 1], ['aVF', 1]],
];

/**
 * Checks the laws of Einthoven and Goldberger. Mislabelled, inverted or independently filtered leads break them; exchanged electrodes
 * don't (see {@link detectArmReversal}).
 *
 * @param step the size of one digital step in the unit of the samples, default 0.005 (mV). Digitising may have moved each sample by up to one
 *   step (half a step where it rounds, a whole one where it cuts off), so a law over leads with factors f may be off by step · Σ|f|.
 * @throws {SignalError} `usage` when `step` is negative; `data` when no law can be checked with the leads there are
 * @example checkLimbLeads(signal, 0.001).consistent
 */
export function checkLimbLeads(signal: Signal, step = 0.005): LimbLeadCheck {
  if (!(step >= 0)) throw new SignalError('`step`', '0 or more', step);
  const known = laws.filter(([, ...terms]) => terms.every(([lead]) => leadIndex(signal.leads, lead) >= 0));
  if (known.length === 0) {
    throw new SignalError(
      'Limb leads to check',
      'I, II and one of III, aVR, aVL, aVF, or the last three',
      signal.leads.join(', ') || 'none',
      { code: 'data' },
    );
  }
  const results = known.map((law) => residualOf(signal, law, step));
  return { consistent: results.every(({ residual, tolerance }) => residual <= tolerance), laws: results };
}

/** Samples are 32-bit floats: each is off by up to 2⁻²⁴ of itself, which is not the signal's fault. */
const singlePrecision = 2 ** -24;

function residualOf(signal: Signal, [law, ...terms]: Law, step: number): LimbLeadResidual {
  const leads = terms.map(([lead]) => signal.samples[leadIndex(signal.leads, lead)]);
  let [residual, at, largest] = [0, -1, 0];
  for (let i = 0; i < leads[0].length; i++) {
    let [sum, size] = [0, 0];
    for (let k = 0; k < leads.length; k++) {
      sum += terms[k][1] * leads[k][i];
      size += Math.abs(terms[k][1] * leads[k][i]);
    }
    if (Math.abs(sum) > residual || (at < 0 && !Number.isNaN(sum))) [residual, at] = [Math.abs(sum), i];
    if (size > largest) largest = size;
  }
  const factors = terms.reduce((sum, [, factor]) => sum + Math.abs(factor), 0);
  return { law, residual, at, tolerance: step * factors + 2 * singlePrecision * largest };
}
