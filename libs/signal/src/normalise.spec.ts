import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  applyNormalisation,
  createNormalisationFit,
  fitNormalisation,
  normalise,
  type NormalisationOptions,
} from './normalise.js';

// Made by golden/statistics.py with scikit-learn's StandardScaler, MinMaxScaler and RobustScaler.
const golden = JSON.parse(readFileSync(new URL('../golden/statistics.json', import.meta.url), 'utf8')) as {
  sampleRateHz: number;
  samples: number[][];
  gaps: number[][];
  picked: number[];
  normalised: (Required<Pick<NormalisationOptions, 'method' | 'per'>> & { samples: (number | null)[][] })[];
};
const leads = ['I', 'II', 'V1'];
const signal = {
  leads,
  sampleRateHz: golden.sampleRateHz,
  samples: golden.samples.map((lead, l) => {
    const samples = Float32Array.from(lead);
    for (const i of golden.gaps[l]) samples[i] = NaN;
    return samples;
  }),
};
const of = (...samples: number[][]) => ({
  leads: leads.slice(0, samples.length),
  sampleRateHz: 100,
  samples: samples.map((lead) => Float32Array.from(lead)),
});

describe('normalising a signal', () => {
  test.each(golden.normalised)('by $method per $per equals scikit-learn, gaps left out', ({ method, per, samples }) => {
    const result = normalise(signal, { method, per });
    for (const [l, lead] of samples.entries()) {
      for (const [k, expected] of lead.entries()) {
        const value = result.samples[l][golden.picked[k]];
        if (expected === null) expect(value).toBeNaN();
        // Relative beyond 1: 32-bit floats have no absolute precision of 10⁻⁶ there.
        else expect(Math.abs(value - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
      }
    }
  });

  test.each(['z-score', 'min-max', 'robust'] as const)('%s makes a constant lead 0 and leaves a gap a gap', (method) =>
    expect(normalise(of([0.1, NaN, 0.1, 0.1], [NaN, NaN, NaN, NaN]), { method }).samples).toEqual([
      Float32Array.of(0, NaN, 0, 0),
      Float32Array.of(NaN, NaN, NaN, NaN),
    ]),
  );

  test('refuses a lead without spread when asked to', () => {
    const options = { method: 'z-score', constant: 'error' } as const;
    expect(() => normalise(of([1, 2], [3, 3]), options)).toThrow(
      'The spread of lead `II` must be above 0. Received: centre 3, size 0.',
    );
    expect(() => normalise(of([NaN, NaN]), options)).toThrow('lead `I` must be above 0. Received: no samples.');
  });

  test.each(['z-score', 'min-max', 'robust'] as const)('%s refuses infinite samples', (method) =>
    expect(() => normalise(of([1, 2, Infinity, Infinity]), { method })).toThrow(
      'Every sample of lead `I` must be finite.',
    ),
  );
});

describe('fitting', () => {
  test.each(golden.normalised)('$method per $per piece by piece equals the fit of the whole', ({ method, per }) => {
    const fit = createNormalisationFit({ method, per });
    for (let from = 0; from < signal.samples[0].length; from += 333) {
      fit.add({ ...signal, samples: signal.samples.map((lead) => lead.subarray(from, from + 333)) });
    }
    const whole = fitNormalisation([signal], { method, per });
    const result = fit.result();
    for (const [i, { centre, size }] of whole.scales.entries()) {
      expect(result.scales[i].centre).toBeCloseTo(centre, 12);
      expect(result.scales[i].size).toBeCloseTo(size, 12);
    }
  });

  test('gives plain data that survives JSON, even for a lead without samples', () => {
    const fitted = fitNormalisation([of([1, 2, 3], [NaN, NaN, NaN])], { method: 'robust' });
    expect(fitted).toEqual({
      method: 'robust',
      leads: ['I', 'II'],
      scales: [
        { centre: 2, size: 1 },
        { centre: 0, size: 1 },
      ],
    });
    expect(JSON.parse(JSON.stringify(fitted))).toEqual(fitted);
  });

  test('goes by the names of the leads, not by their order', () => {
    const fitted = fitNormalisation([of([0, 1], [0, 4]), { ...of([4, 0], [1, 0]), leads: ['ii', 'i'] }], {
      method: 'min-max',
    });
    const turned = { ...of([4, 2], [1, 0.5]), leads: ['II', 'I'] };
    expect(applyNormalisation(turned, fitted).samples).toEqual([Float32Array.of(1, 0.5), Float32Array.of(1, 0.5)]);
  });

  test('refuses other leads and nothing at all', () => {
    const fit = createNormalisationFit({ method: 'z-score' });
    expect(() => fit.result()).toThrow('The number of signals of a fit must be at least 1. Received: 0.');
    fit.add(of([1, 2], [3, 4]));
    expect(() => fit.add(of([1, 2]))).toThrow('The leads of all signals of a fit must be I, II. Received: I.');
    expect(() => applyNormalisation({ ...of([1]), leads: ['V6'] }, fit.result())).toThrow(
      'A lead to normalise must be one of those fitted, I, II. Received: V6.',
    );
  });
});
