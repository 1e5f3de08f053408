import type { Manifest } from './manifest.js';
import { expect, test } from '@jest/globals';
import { fitCardioaiPro } from './export-profile.js';

const manifest = (classes: string[], steps: Manifest['preparation']['steps']): Manifest =>
  ({
    task: { kind: 'multi-label', classes },
    window: { samples: 2500, leads: ['I', 'II'], sampleRateHz: 250 },
    preparation: { sampleRateHz: 500, steps },
  }) as unknown as Manifest;

const placesOf = (classes: string[]): (readonly number[])[] => [...fitCardioaiPro(manifest(classes, [])).classMap.from];

test('classes are placed by what they mean: by name, by SCP, SNOMED or CPSC code', () => {
  const from = placesOf(['164889003', 'stemi', 'CRBBB', 'PVC', 'AF', 'SBRAD']);
  expect(from).toHaveLength(15);
  expect(from[1]).toEqual([0, 4]); // two of the model's classes that are atrial fibrillation
  expect([from[13], from[10], from[12], from[0]]).toEqual([[1], [2], [3], []]);
});

test('the model is reached at its own rate; what is in millivolts is left out and noted', () => {
  const { preparation, notes, dropped, unknown } = fitCardioaiPro(
    manifest(
      ['normal', 'SBRAD'],
      [
        { step: 'select-leads', leads: ['I', 'II'] },
        { step: 'filter', bandHz: [0.5, 40] },
        { step: 'fill-gaps' },
        { step: 'clip', mv: 5 },
        { step: 'resample', sampleRateHz: 250, window: { samples: 2500, pad: false } },
        { step: 'standardise', mean: 0, std: 0.2 },
      ],
    ),
  );
  expect(preparation).toMatchObject({ sampleRateHz: 500, seconds: 10, layout: 'leads-samples', aggregate: 'max' });
  expect(preparation.steps.map(({ step }) => step)).toEqual(['select-leads', 'filter', 'resample', 'fill-gaps']);
  expect(notes.join()).toMatch(/`clip` is left out.*`standardise` is left out.*not trained on leads scaled one by one/);
  expect(dropped).toEqual(['SBRAD']);
  expect(unknown).toHaveLength(14);
});

test('a model of beats, or of nothing that the service knows, is refused', () => {
  const beats = { step: 'beat-windows', before: 90, after: 110, features: [] } as const;
  expect(() => fitCardioaiPro(manifest(['N', 'V'], [beats]))).toThrow(
    "this run's model takes beats (step `beat-windows`)",
  );
  expect(() => fitCardioaiPro(manifest(['HYP'], []))).toThrow("None of the run's classes (HYP) is one of the profile");
});
