import type { Signal } from '@cardio/core';
import { SignalError } from './errors.js';
import { leadIndex } from './lead-index.js';
import { fitScale, type Scale, type ScaleMethod, type ScaleFit } from './scale-fit.js';

/** How to bring signals to a common scale. */
export interface NormalisationOptions {
  /** `z-score`: mean 0, population deviation 1. `min-max`: 0 to 1. `robust`: median 0, distance of the quartiles 1. */
  readonly method: ScaleMethod;
  /** `lead` (default): each lead has its own scale. `record`: all leads share one, which keeps their proportions. */
  readonly per?: 'lead' | 'record';
  /** What a size of 0 does (a constant lead, or equal quartiles): `centre` (default) subtracts the centre only, `error` throws. */
  readonly constant?: 'centre' | 'error';
}

/** Fitted statistics: plain data, the same after `JSON.parse(JSON.stringify(…))`. */
export interface Normalisation {
  readonly method: ScaleMethod;
  /** The leads that `scales` belong to; null when one scale is for all. */
  readonly leads: readonly string[] | null;
  readonly scales: readonly Scale[];
}

/** A fit that takes one signal after the other. */
export interface NormalisationFit {
  /**
   * Counts a signal in. Every signal must have the leads of the first, in any order.
   *
   * @throws {SignalError} `data` when it hasn't
   */
  readonly add: (signal: Signal) => void;
  /**
   * The statistics of the signals so far.
   *
   * @throws {SignalError} `data` when there was no signal, a sample was infinite, or `constant` is `error` and a lead has no spread
   */
  readonly result: () => Normalisation;
}

/**
 * Starts a fit over any number of signals: give it those of the training split only. `z-score` and `min-max` keep a few numbers a lead,
 * `robust` keeps the samples (4 bytes each), so that its quartiles are exact. Missing samples (NaN) are left out.
 *
 * @example
 * const fit = createNormalisationFit({ method: 'robust' });
 * for await (const signal of trainingSignals) fit.add(signal);
 * await writeFile('scale.json', JSON.stringify(fit.result()));
 */
export function createNormalisationFit(options: NormalisationOptions): NormalisationFit {
  const { method, per = 'lead', constant = 'centre' } = options;
  let leads: readonly string[] | null = null;
  let fits: ScaleFit[] = [];
  const add = (signal: Signal): void => {
    if (leads === null) {
      leads = [...signal.leads];
      fits = (per === 'lead' ? leads : ['all']).map(() => fitScale(method));
    }
    const places = leads.map((lead) => leadIndex(signal.leads, lead));
    if (places.includes(-1) || signal.leads.length !== leads.length) {
      throw new SignalError('The leads of all signals of a fit', leads.join(', '), signal.leads, { code: 'data' });
    }
    for (const [i, place] of places.entries()) fits[per === 'lead' ? i : 0].add(signal.samples[place]);
  };
  const result = (): Normalisation => {
    if (leads === null) throw new SignalError('The number of signals of a fit', 'at least 1', 0, { code: 'data' });
    const names = leads;
    const scales = fits.map((fit, i) =>
      usable(fit.result(), per === 'lead' ? `lead \`${names[i]}\`` : 'the record', constant),
    );
    return { method, leads: per === 'lead' ? names : null, scales };
  };
  return { add, result };
}

/** {@link createNormalisationFit} over signals that are at hand. */
export function fitNormalisation(signals: Iterable<Signal>, options: NormalisationOptions): Normalisation {
  const fit = createNormalisationFit(options);
  for (const signal of signals) fit.add(signal);
  return fit.result();
}

/**
 * `(sample - centre) / size` with fitted statistics; a size of 0 divides by 1, as in scikit-learn, and NaN stays NaN.
 *
 * @throws {SignalError} `data` when the signal has a lead that was not fitted
 */
export function applyNormalisation(signal: Signal, { leads, scales }: Normalisation): Signal {
  const samples = signal.samples.map((lead, i) => {
    const place = leads === null ? 0 : leadIndex(leads, signal.leads[i]);
    if (place >= 0) return scaled(lead, scales[place]);
    throw new SignalError('A lead to normalise', `one of those fitted, ${leads?.join(', ')}`, signal.leads[i], {
      code: 'data',
      advice: 'Fit it, or select other leads.',
    });
  });
  return { ...signal, samples };
}

/**
 * Normalises a signal by its own statistics, lead by lead or as a whole.
 *
 * @throws {SignalError} as {@link createNormalisationFit}
 * @example normalise(record.signal, { method: 'robust', per: 'record' })
 */
export function normalise(signal: Signal, options: NormalisationOptions): Signal {
  return applyNormalisation(signal, fitNormalisation([signal], options));
}

/** NaN (no sample at all) becomes a scale that changes nothing, because JSON has no NaN. */
function usable({ centre, size }: Scale, what: string, constant: 'centre' | 'error'): Scale {
  const empty = Number.isNaN(centre) && Number.isNaN(size);
  if (!empty && !(Number.isFinite(centre) && Number.isFinite(size))) {
    const advice = 'Mark such samples as missing (NaN) first.';
    throw new SignalError(`Every sample of ${what}`, 'finite', 'an infinite one', { code: 'data', advice });
  }
  if (constant === 'error' && (empty || size === 0)) {
    const found = empty ? 'no samples' : `centre ${centre}, size 0`;
    const advice = "Leave it out, or use `constant: 'centre'`.";
    throw new SignalError(`The spread of ${what}`, 'above 0', found, { code: 'data', advice });
  }
  return empty ? { centre: 0, size: 1 } : { centre, size };
}

/** Four samples a turn of the loop, because turning takes as long as a sample. */
function scaled(lead: Float32Array, { centre, size }: Scale): Float32Array {
  const by = 1 / (size === 0 ? 1 : size); // multiplying takes a quarter of the time of dividing, and float32 can't tell
  const result = new Float32Array(lead.length);
  const whole = lead.length - (lead.length % 4);
  for (let i = 0; i < whole; i += 4) {
    result[i] = (lead[i] - centre) * by;
    result[i + 1] = (lead[i + 1] - centre) * by;
    result[i + 2] = (lead[i + 2] - centre) * by;
    result[i + 3] = (lead[i + 3] - centre) * by;
  }
  for (let i = whole; i < lead.length; i++) result[i] = (lead[i] - centre) * by;
  return result;
}
