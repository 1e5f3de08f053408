import { describe, expect, test } from '@jest/globals';
import { createRandom, type Signal } from '@cardio/core';
import { checkLimbLeads } from '../derive-leads.js';
import { standardLeads } from '../leads.js';
import { synthesizeEcg } from '../synthetic.js';
import { createExampleAugmentation, type ExampleAugmentation } from './augment-example.js';
import { createAugmentation } from './create-augmentation.js';
import { exchangeElectrodes } from './electrodes.js';

const { signal } = synthesizeEcg({ seconds: 4, sampleRateHz: 100, heartRateBpm: 70, seed: 3 });
const standardised = { mean: -0.013, std: 0.21 };
const window = { samples: 400, leads: standardLeads, sampleRateHz: 100 };
const task = { kind: 'multi-label', classes: ['normal', 'reversed'] } as const;
const exampleOf = ({ samples }: Signal) => {
  const x = new Float32Array(400 * 12);
  samples.forEach((lead, l) => lead.forEach((v, i) => (x[12 * i + l] = (v - standardised.mean) / standardised.std)));
  return { x, y: Float32Array.of(1, 0) };
};
const make = (steps: ExampleAugmentation['steps'], more: Partial<ExampleAugmentation> = {}) =>
  createExampleAugmentation({ steps, window, standardised, task, ...more });
const inMv = (x: Float32Array): Signal => ({
  ...signal,
  samples: signal.samples.map((lead, l) => lead.map((_, i) => x[12 * i + l] * standardised.std + standardised.mean)),
});

test('does to an example, in mV, what the augmentation does to its signal', () => {
  const steps = [{ name: 'baseline-wander' }, { name: 'gaussian-noise' }, { name: 'time-mask' }] as const;
  const example = exampleOf(signal);
  make(steps)(example, createRandom(7));
  const expected = exampleOf(createAugmentation(steps)(signal, createRandom(7)));
  // Two roundings to 32 bits of numbers up to 10 standard deviations.
  expect(Math.max(...example.x.map((value, i) => Math.abs(value - expected.x[i])))).toBeLessThan(1e-5);
  expect(example.y).toEqual(Float32Array.of(1, 0));
});

test('keeps the laws of the limb leads in mV, though standardised samples break them', () => {
  const example = exampleOf(signal);
  make([
    { name: 'gaussian-noise', snrDb: [10, 10] },
    { name: 'powerline', ifTooFast: 'skip' },
  ])(example, createRandom(1));
  expect(checkLimbLeads(inMv(example.x), 1e-6)).toMatchObject({ consistent: true });
  expect(
    checkLimbLeads(
      {
        ...signal,
        samples: signal.samples.map((_, l) => Float32Array.from({ length: 400 }, (__, i) => example.x[12 * i + l])),
      },
      1e-6,
    ).consistent,
  ).toBe(false);
});

test('leaves every bit where no step was drawn, and leads that a step does not change', () => {
  const example = exampleOf(signal);
  make([{ name: 'gaussian-noise', probability: 0 }])(example, createRandom(1));
  expect(example).toEqual(exampleOf(signal));
  make([{ name: 'limb-reversal' }])(example, createRandom(1));
  const { x } = exampleOf(signal);
  for (let i = 6; i < x.length; i += 12) expect(example.x.subarray(i, i + 6)).toEqual(x.subarray(i, i + 6));
});

describe('a labelled error', () => {
  const steps = [{ name: 'limb-reversal', pairs: ['RA-LA'] }] as const;

  test('sets its class beside the others, or alone in a task of one class', () => {
    const several = exampleOf(signal);
    make(steps)(several, createRandom(1));
    expect(several.y).toEqual(Float32Array.of(1, 1));
    const one = exampleOf(signal);
    make(steps, { task: { ...task, kind: 'multi-class' } })(one, createRandom(1));
    expect(one.y).toEqual(Float32Array.of(0, 1));
    const expected = exampleOf(exchangeElectrodes(signal, 'RA', 'LA')).x;
    expect(Math.max(...one.x.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-5);
  });

  test('that is no class of the task is refused before the first example', () => {
    expect(() => make(steps, { task: { kind: 'multi-label', classes: ['normal', 'mi'] } })).toThrow(
      'limb-reversal makes an error labelled `reversed`, which is no class of the task. Received classes: normal, mi.',
    );
  });
});

describe('what cannot be done with the examples is an error at once', () => {
  test.each<[string, ExampleAugmentation['steps'], string]>([
    [
      'another length',
      [{ name: 'random-crop', seconds: 1, probability: 0.01 }],
      'must be 400 samples, as before. Received: 100.',
    ],
    ['a crop that is too long', [{ name: 'random-crop', seconds: 5, pad: true }], 'from 1 to 400 samples long'],
    ['the mains at a low rate', [{ name: 'powerline', probability: 0.01 }], 'below 50 Hz, half the rate'],
  ])('%s', (_, steps, message) => {
    expect(() => make(steps)).toThrow(message);
  });

  test('and a crop that is filled up is none', () => {
    const example = exampleOf(signal);
    make([{ name: 'random-crop', seconds: 1, pad: true }])(example, createRandom(1));
    expect([...inMv(example.x).samples[1].subarray(100)].every((value) => Math.abs(value) < 1e-7)).toBe(true);
  });
});
