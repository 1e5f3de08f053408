import { describe, expect, test } from '@jest/globals';
import { medianBaseline } from '@cardio/signal';
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

  test('survives a trip through JSON', () => {
    const preparation: Preparation = {
      sampleRateHz: 360,
      steps: [{ step: 'standardise', mean: 0.1 + 0.2, std: 1 / 3 }],
    };
    const travelled = JSON.parse(JSON.stringify(preparation)) as Preparation;
    expect(prepareSignal(signal, travelled)).toEqual(prepareSignal(signal, preparation));
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
