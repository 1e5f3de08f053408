import type { Signal } from '@cardio/core';
import { startEngine, type EngineName } from '@cardio/engine';
import { fillGaps, normalise, resample, selectLeads, synthesizeEcg, zeroPhase } from '@cardio/signal';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { throughSteps } from './steps.js';
import { sectionsOf } from './zero-phase-filter.js';

beforeAll(async () => {
  await startEngine((process.env['CARDIO_TEST_ENGINE'] ?? 'cpu') as EngineName);
});

const signalAt = (sampleRateHz: number, seconds = 4): Signal => {
  const { signal } = synthesizeEcg({ seconds, sampleRateHz, heartRateBpm: 80, seed: 3 });
  const offset = signal.samples.map((lead, l) => lead.map((mv) => mv + 0.4 * l)); // an offset shows what happens at the ends
  return { ...signal, samples: offset.slice(0, 3), leads: signal.leads.slice(0, 3) };
};

/** What the graph's operations make of a signal, lead by lead. */
function made({ samples, leads, sampleRateHz }: Signal, steps: readonly { step: string }[]): Float32Array[] {
  return tf.tidy(() => {
    const x = tf.tensor3d(
      [...samples].flatMap((lead) => [...lead]),
      [1, leads.length, samples[0].length],
    );
    const result = throughSteps({ x, leads, sampleRateHz }, steps).x;
    const values = result.dataSync<'float32'>();
    const length = result.shape[2];
    return Array.from({ length: result.shape[1] }, (_, l) => values.slice(l * length, (l + 1) * length));
  });
}

function expectClose(received: readonly Float32Array[], expected: readonly Float32Array[], tolerance: number): void {
  expect(received.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  received.forEach((lead, l) =>
    expect(lead.reduce((max, v, i) => Math.max(max, Math.abs(v - expected[l][i])), 0)).toBeLessThan(tolerance),
  );
}

test.each([
  [500, 100],
  [100, 500],
  [360, 500],
  [257, 250],
  [1000, 360],
  [500, 500],
])('a change from %d to %d Hz is that of @cardio/signal', (from, to) => {
  const signal = signalAt(from);
  const expected = signal.samples.map((lead) => resample(lead, from, to));
  expectClose(made(signal, [{ step: 'resample', sampleRateHz: to } as { step: string }]), expected, 1e-5);
});

test.each([
  [100, { bandHz: [0.5, 40] as const }],
  [500, { bandHz: [0.05, 150] as const, notchHz: 50 as const }],
  [360, { notchHz: 60 as const }],
])('a filter at %d Hz, %j, is zeroPhase of @cardio/signal', (rate, filter) => {
  const signal = signalAt(rate);
  const expected = zeroPhase(sectionsOf(filter, rate), signal.samples);
  expectClose(made(signal, [{ step: 'filter', ...filter }]), expected, 2e-5);
});

describe('scales', () => {
  test.each([
    ['z-score', 'lead'],
    ['z-score', 'record'],
    ['min-max', 'lead'],
    ['min-max', 'record'],
  ] as const)('%s by %s is that of @cardio/signal, a constant lead included', (method, per) => {
    const signal = signalAt(100);
    const flat = { ...signal, samples: [signal.samples[0], signal.samples[1], new Float32Array(400).fill(0.7)] };
    expectClose(
      made(flat, [{ step: 'normalise', method, per } as { step: string }]),
      normalise(flat, { method, per }).samples,
      2e-5,
    );
  });

  test('by mean and deviation of the training data, and clipping', () => {
    const signal = signalAt(100);
    const expected = signal.samples.map((lead) => lead.map((mv) => (Math.max(-0.5, Math.min(0.5, mv)) - 0.1) / 0.25));
    const steps = [{ step: 'clip', mv: 0.5 }, { step: 'fill-gaps' }, { step: 'standardise', mean: 0.1, std: 0.25 }];
    expectClose(made(signal, steps), expected, 1e-5);
    expect(signal.samples.map(fillGaps)).toEqual(signal.samples);
  });
});

test('leads are chosen by name, in any spelling', () => {
  const signal = signalAt(100);
  const leads = ['iii', 'I'];
  expect(made(signal, [{ step: 'select-leads', leads } as { step: string }])).toEqual(
    selectLeads(signal, leads).samples,
  );
  expect(() => made(signal, [{ step: 'select-leads', leads: ['V9'] } as { step: string }])).toThrow(
    'The model takes the leads V9; the input has I, II, III.',
  );
});

test.each([['median-baseline'], ['beat-windows']])('the step %s is refused by name', (step) => {
  expect(() => made(signalAt(100), [{ step }])).toThrow(
    `The step \`${step}\` of the preparation can't be part of a graph`,
  );
});
