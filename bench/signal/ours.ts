import type { Signal } from '@cardio/core';
import {
  designFilter,
  medianBaseline,
  normalise,
  resample,
  selectLeads,
  standardLeads,
  zeroPhase,
  type Samples,
} from '@cardio/signal';

export const sampleRateHz = 500;

/** What is timed, under the names of the Python side. */
export type Work = 'band-pass' | 'resample' | 'median' | 'z-score' | 'pipeline';

/** How both sides hold samples. */
export type Precision = 'float32' | 'float64';

type Leads = readonly Samples[];

const design = { family: 'butterworth', order: 3, band: 'bandpass', cutoffHz: [0.5, 40], sampleRateHz } as const;
const sections = designFilter(design);

const signalOf = (samples: Leads): Signal => ({
  samples: samples as Float32Array[], // signals are float32 in this library; the pipeline is timed with nothing else
  sampleRateHz,
  leads: standardLeads,
});

/** A record of 12 leads, processed as users do. Zeros beyond the ends as SciPy has them, so that values can be compared. */
export const ours: Readonly<Record<Work, (leads: Leads) => Leads>> = {
  'band-pass': (leads) => zeroPhase(sections, leads),
  resample: (leads) => leads.map((lead) => resample(lead, sampleRateHz, 100, 'zero')),
  median: (leads) => leads.map((lead) => medianBaseline(lead, sampleRateHz, [0.2, 0.6])),
  'z-score': (leads) => normalise(signalOf(leads), { method: 'z-score' }).samples,
  pipeline: (leads) => {
    const selected = selectLeads(signalOf(leads), standardLeads);
    const filtered = zeroPhase(sections, selected.samples);
    const samples = filtered.map((lead) => resample(lead, sampleRateHz, 100, 'zero'));
    return normalise({ ...selected, samples, sampleRateHz: 100 }, { method: 'z-score' }).samples;
  },
};
