import type { Signal } from '@cardio/core';
import { SignalError } from '../errors.js';
import { leadName } from '../lead-names.js';

/** What a lead measures: factors of the potentials at electrodes. */
type Weights = readonly (readonly [electrode: string, factor: number])[];

const third = -1 / 3;
const chest = (electrode: string): Weights => [
  ['RA', third],
  ['LA', third],
  ['LL', third],
  [electrode, 1],
];

// prettier-ignore
/** The standard 12 leads over nine electrodes (Kligfield et al., J Am Coll Cardiol 49:1109, 2007): chest leads against Wilson's terminal. */
const standard = new Map<string, Weights>([
  ['I', [['RA', -1], ['LA', 1]]],
  ['II', [['RA', -1], ['LL', 1]]],
  ['III', [['LA', -1], ['LL', 1]]],
  ['aVR', [['RA', 1], ['LA', -0.5], ['LL', -0.5]]],
  ['aVL', [['RA', -0.5], ['LA', 1], ['LL', -0.5]]],
  ['aVF', [['RA', -0.5], ['LA', -0.5], ['LL', 1]]],
  ...['V1', 'V2', 'V3', 'V4', 'V5', 'V6'].map((name): [string, Weights] => [name, chest(name)]),
]);

/** A lead of another name (`MLII`, `ECG1`) lies between two electrodes of its own. */
const weightsOf = (lead: string): Weights =>
  standard.get(leadName(lead)) ?? [
    [`${lead} -`, -1],
    [`${lead} +`, 1],
  ];

/**
 * What leads show of things that happen at electrodes: makes one trace for each electrode that the leads need, in the order in which they
 * need them, and derives the leads in double precision. So the laws of Einthoven and Goldberger hold for the result.
 *
 * @param make the trace of the next electrode, all of one length
 */
export function throughElectrodes(leads: readonly string[], make: (electrode: string) => Float64Array): Float64Array[] {
  const traces = new Map<string, Float64Array>();
  const weights = leads.map(weightsOf);
  for (const [electrode] of weights.flat()) if (!traces.has(electrode)) traces.set(electrode, make(electrode));
  return weights.map((terms) => {
    const lead = new Float64Array((traces.get(terms[0][0]) as Float64Array).length);
    for (const [electrode, factor] of terms) {
      const trace = traces.get(electrode) as Float64Array;
      for (let i = 0; i < lead.length; i++) lead[i] += factor * trace[i];
    }
    return lead;
  });
}

/** The electrodes that leads need, in the order of {@link throughElectrodes}. */
export const electrodesOf = (leads: readonly string[]): string[] => [
  ...new Set(leads.flatMap((lead) => weightsOf(lead).map(([electrode]) => electrode))),
];

/**
 * The signal as it would be with two electrodes exchanged: leads change places or are turned over. Made twice, it gives the signal back.
 *
 * @param one `RA`, `LA`, `LL` or `V1` to `V6`
 * @throws {SignalError} `data` when the exchange changes no lead, or when what a lead becomes is no lead of the signal
 * @example exchangeElectrodes(signal, 'RA', 'LA') // I turned over, II and III exchanged, aVR and aVL exchanged
 */
export function exchangeElectrodes(signal: Signal, one: string, other: string): Signal {
  const renamed: Readonly<Record<string, string>> = { [one]: other, [other]: one };
  const now = signal.leads.map((lead) => key(weightsOf(lead)));
  let changed = false;
  const samples = signal.leads.map((lead, i) => {
    const wanted = weightsOf(lead).map(([electrode, factor]) => [renamed[electrode] ?? electrode, factor] as const);
    const same = now.indexOf(key(wanted));
    if (same === i) return signal.samples[i];
    changed = true;
    if (same >= 0) return signal.samples[same];
    const turned = now.indexOf(key(wanted.map(([electrode, factor]) => [electrode, -factor])));
    if (turned >= 0) return signal.samples[turned].map((value) => -value);
    throw new SignalError(
      `Leads of a signal whose electrodes ${one} and ${other} are exchanged`,
      `complete: \`${lead}\` becomes another`,
      signal.leads,
      {
        code: 'data',
        advice: 'Derive the missing limb leads first (`deriveLimbLeads`).',
      },
    );
  });
  if (changed) return { ...signal, samples };
  throw new SignalError(
    `Leads of a signal whose electrodes ${one} and ${other} are exchanged`,
    'limb or chest leads that it changes',
    signal.leads,
    { code: 'data' },
  );
}

/** One text for one set of weights. */
const key = (weights: Weights): string =>
  weights
    .map(([electrode, factor]) => `${electrode} ${factor}`)
    .sort()
    .join();
