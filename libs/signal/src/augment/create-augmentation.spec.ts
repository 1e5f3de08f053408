import { describe, expect, test } from '@jest/globals';
import { createRandom, define, type Signal } from '@cardio/core';
import { z } from 'zod';
import { synthesizeEcg } from '../synthetic.js';
import type { Augmentation } from './augmentation.js';
import {
  augmentationSchema,
  createAugmentation,
  type AugmentationConfig,
  type AugmentationStep,
} from './create-augmentation.js';
import { augmentationFactory } from './factory.js';
import { augmentationPresets } from './presets.js';

const ecg = (sampleRateHz = 500): Signal =>
  synthesizeEcg({ seconds: 4, sampleRateHz, heartRateBpm: 70, seed: 3 }).signal;
const every: readonly AugmentationStep[] = [
  { name: 'shift' },
  { name: 'amplitude-scale' },
  { name: 'time-warp', strength: 0.05 },
  { name: 'baseline-wander' },
  { name: 'powerline', frequencyHz: [50] },
  { name: 'emg', bursts: [1, 2] },
  { name: 'electrode-motion' },
  { name: 'gaussian-noise', snrDb: [10, 20] },
  { name: 'limb-reversal', probability: 0.5 },
  { name: 'time-mask' },
  { name: 'lead-dropout' },
  { name: 'random-crop', seconds: 3 },
];

test('a list of all steps is one augmentation', () => {
  expect(every.map(({ name }) => name).sort()).toEqual([...augmentationFactory.names].sort());
  const augment = createAugmentation(every);
  const after = augment(ecg(), createRandom(1));
  expect(after.samples.map((lead) => lead.length)).toEqual(Array(12).fill(1500));
  expect(augment(ecg(), createRandom(1))).toEqual(after);
  expect(augment(ecg(), createRandom(2))).not.toEqual(after);
});

test('one stream of random numbers gives each signal its own', () => {
  const augment = createAugmentation(every);
  const random = createRandom(1);
  expect(augment(ecg(), random)).not.toEqual(augment(ecg(), random));
});

test('steps are applied one after the other, and one more at the end leaves those before as they were', () => {
  const first = createAugmentation([{ name: 'gaussian-noise' }]);
  const both = createAugmentation([{ name: 'gaussian-noise' }, { name: 'random-crop', seconds: 4 }]);
  expect(both(ecg(), createRandom(1))).toEqual(first(ecg(), createRandom(1)));
});

test('a step is applied with its probability; without any step the signal stays the very same', () => {
  const signal = ecg();
  const augment = createAugmentation([{ name: 'shift', probability: 0.3, maxSeconds: 1 }]);
  const random = createRandom(1);
  const changed = Array.from({ length: 1000 }, () => augment(signal, random) !== signal).filter(Boolean).length;
  expect(Math.abs(changed - 300)).toBeLessThan(4 * Math.sqrt(1000 * 0.3 * 0.7));
  expect(createAugmentation('none')(signal, random)).toBe(signal);
  expect(createAugmentation([])(signal, random)).toBe(signal);
});

test.each(Object.keys(augmentationPresets) as (keyof typeof augmentationPresets)[])(
  'the preset %s works at 100, 360 and 500 Hz, keeps the length and makes no labels',
  (preset) => {
    const augment = createAugmentation(preset);
    for (const rate of [100, 360, 500]) {
      for (let seed = 0; seed < 10; seed++) {
        const labels: string[] = [];
        const after = augment(ecg(rate), createRandom(seed), (label) => labels.push(label));
        expect(after.samples.map((lead) => lead.length)).toEqual(Array(12).fill(4 * rate));
        expect(labels).toEqual([]);
      }
    }
  },
);

describe('a bad configuration', () => {
  test.each<[unknown, string]>([
    ['stronger', 'not a preset. Did you mean `strong`?'],
    [3, 'expected a list of steps or one of none, light, standard, strong'],
    [['strongg'], 'a list holds steps such as { name: emg }. Did you mean `strong`?'],
    [[{ name: 'gausian-noise' }], 'unknown augmentation `gausian-noise`. Did you mean `gaussian-noise`?'],
    [[{ name: 'shift' }, { name: 'emg', rms: [0, 1] }], '`1.rms` is not a known key.'],
    [[{ name: 'emg', rmsMv: [2, 1] }], '`0.rmsMv`: the first must not be above the second (received [2,1])'],
    [[{ name: 'emg', probability: 3 }], '`0.probability`: Too big: expected number to be <=1 (received 3)'],
    [[{ name: 'random-crop' }], 'expected number, received undefined'],
  ])('%j says what is wrong', (config, message) => {
    expect(() => createAugmentation(config as AugmentationConfig)).toThrow(message);
  });

  test('is seen by the compiler', () => {
    // @ts-expect-error -- there is no such field
    expect(() => createAugmentation([{ name: 'shift', seconds: 1 }])).toThrow('`0.seconds` is not a known key.');
  });
});

test('every field has a description', () => {
  type Node = { properties?: Record<string, Node>; description?: string; items?: Node; oneOf?: Node[]; anyOf?: Node[] };
  const { anyOf } = z.toJSONSchema(augmentationSchema(), { io: 'input' }) as Node;
  const steps = anyOf?.[1].items?.oneOf ?? [];
  expect(steps.length).toBe(augmentationFactory.names.length);
  for (const { properties = {} } of steps)
    for (const [key, { description }] of Object.entries(properties))
      if (key !== 'name') expect(description).toMatch(/\w/);
});

test('what is registered can be a step', () => {
  augmentationFactory.register(
    define({
      name: 'upside-down',
      description: 'Turned over.',
      config: z.strictObject({ by: z.number().default(-1).describe('A factor.') }),
      create:
        ({ by }): Augmentation =>
        (signal) => ({ ...signal, samples: signal.samples.map((lead) => lead.map((value) => by * value)) }),
    }),
  );
  const steps = [{ name: 'upside-down' }] as unknown as AugmentationConfig;
  expect(createAugmentation(steps)(ecg(), createRandom(1)).samples[0]).toEqual(ecg().samples[0].map((value) => -value));
});
