import { expect, test } from '@jest/globals';
import { fillLeads } from './lead-mask.js';

const signal = {
  leads: ['AVR', 'V1', 'I'],
  sampleRateHz: 100,
  samples: [Float32Array.of(1, NaN), Float32Array.of(NaN, NaN), Float32Array.of(3, 4)],
};

test('leads that are missing or empty become zeros, the others are shared', () => {
  const { signal: filled, mask } = fillLeads(signal, ['I', 'II', 'aVR', 'V1']);
  expect(filled).toEqual({
    leads: ['I', 'II', 'aVR', 'V1'],
    sampleRateHz: 100,
    samples: [Float32Array.of(3, 4), Float32Array.of(0, 0), Float32Array.of(1, NaN), Float32Array.of(0, 0)],
  });
  expect(filled.samples[0]).toBe(signal.samples[2]);
  expect(mask).toEqual(Uint8Array.of(1, 0, 1, 0));
});

test('the standard 12 leads are the default', () =>
  expect([...fillLeads(signal).mask]).toEqual([1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]));

test('a signal with none of the leads is refused', () =>
  expect(() => fillLeads(signal, ['V1', 'V9'])).toThrow(
    'The leads with samples must be some of V1, V9. Received: AVR, V1, I.',
  ));
