import { describe, expect, test } from '@jest/globals';
import { designFilter, medianBaseline, normalise, notch, resample, sosfiltfilt } from '@cardio/signal';
import type { Preparation } from './dataset.js';
import { interleave, prepareSignal } from './prepare.js';

const wave = (offset: number) => Float32Array.from({ length: 720 }, (_, i) => offset + Math.sin(i / 4) ** 8);
const signal = { samples: [wave(1), wave(2)], sampleRateHz: 360, leads: ['V1', 'MLII'] };

describe('preparation', () => {
  test('applies the steps in their order', () => {
    const preparation: Preparation = {
      sampleRateHz: 360,
      steps: [
        { step: 'select-leads', leads: ['MLII'] },
        { step: 'median-baseline', windowsSeconds: [0.2, 0.6] },
        { step: 'beat-windows', before: 90, after: 90, features: [] },
        { step: 'standardise', mean: 0.5, std: 2 },
      ],
    };
    const expected = medianBaseline(signal.samples[1], 360, [0.2, 0.6]).map((value) => (value - 0.5) / 2);
    expect(prepareSignal(signal, preparation)).toEqual({ samples: [expected], sampleRateHz: 360, leads: ['MLII'] });
  });

  test('filters at the rate of the file, then resamples and normalises', () => {
    const bandHz = [0.5, 40] as const;
    const design = { family: 'butterworth', order: 3, band: 'bandpass', cutoffHz: bandHz, sampleRateHz: 360 } as const;
    const filtered = signal.samples.map((lead) => sosfiltfilt([...designFilter(design), ...notch(60, 360)], lead));
    const samples = filtered.map((lead) => resample(lead, 360, 100));
    const steps = [
      { step: 'filter', bandHz, notchHz: 60 },
      { step: 'resample', sampleRateHz: 100 },
      { step: 'normalise', method: 'robust', per: 'record' },
    ] as const;
    const result = prepareSignal(signal, { sampleRateHz: 100, steps });
    const expected = normalise({ ...signal, samples, sampleRateHz: 100 }, { method: 'robust', per: 'record' });
    for (const [l, lead] of result.samples.entries()) {
      expect(Math.max(...lead.map((value, i) => Math.abs(value - expected.samples[l][i])))).toBeLessThan(1e-5);
    }
  });

  test('a filter keeps a gap and does not spread it', () => {
    const holed = { ...signal, samples: signal.samples.map((lead) => lead.with(100, NaN)) };
    const steps = [{ step: 'filter', bandHz: [0.5, 40] }] as const;
    const { samples } = prepareSignal(holed, { sampleRateHz: 360, steps });
    for (const lead of samples) expect([...lead.keys()].filter((i) => Number.isNaN(lead[i]))).toEqual([100]);
  });

  test('refuses a record whose rate is too low for the filter', () =>
    expect(() =>
      prepareSignal(signal, { sampleRateHz: 360, steps: [{ step: 'filter', bandHz: [0.05, 180] }] }),
    ).toThrow('A filter at 180 Hz needs more than 360 Hz, the record has 360 Hz.'));

  test('survives a trip through JSON', () => {
    const preparation: Preparation = {
      sampleRateHz: 360,
      steps: [{ step: 'standardise', mean: 0.1 + 0.2, std: 1 / 3 }],
    };
    const travelled = JSON.parse(JSON.stringify(preparation)) as Preparation;
    expect(prepareSignal(signal, travelled)).toEqual(prepareSignal(signal, preparation));
  });

  test('fills gaps, then clips', () => {
    const holed = { samples: [Float32Array.of(-9, NaN, 1)], sampleRateHz: 10, leads: ['I'] };
    const steps = [{ step: 'fill-gaps' }, { step: 'clip', mv: 3 }] as const;
    expect([...prepareSignal(holed, { sampleRateHz: 10, steps }).samples[0]]).toEqual([-3, -3, 1]);
    expect(holed.samples[0][0]).toBe(-9);
  });

  test('never takes one rate for another', () =>
    expect(() => prepareSignal(signal, { sampleRateHz: 500, steps: [] })).toThrow(
      'The record has 360 Hz, the model expects 500 Hz.',
    ));
});

test('interleaving puts time before leads', () => {
  const small = {
    samples: [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)],
    sampleRateHz: 1,
    leads: ['a', 'b'],
  };
  expect([...interleave(small, 1, 3)]).toEqual([2, 6, 3, 7]);
});
