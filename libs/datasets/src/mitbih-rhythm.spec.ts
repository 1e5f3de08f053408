import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';
import { rhythmDescriptions } from '@cardio/wfdb';
import { datasetFactory } from './factory.js';
import { writeSyntheticMitbih } from './mitbih-fixture.js';
import { longestRhythm, rhythmClasses } from './mitbih-rhythm.js';

jest.setTimeout(120_000);

describe('the rhythm of a window', () => {
  const spans = [
    { from: 10, to: 100, rhythm: 'N' },
    { from: 100, to: 160, rhythm: 'AFIB' },
    { from: 160, to: 200, rhythm: 'AFL' },
    { from: 200, to: 230, rhythm: 'B' },
    { from: 230, to: 300, rhythm: 'BII' },
  ];

  test.each([
    [0, 100, 'sinus'],
    [50, 180, 'atrial_fibrillation_or_flutter'], // 50 sinus, 60 + 20 of the two together
    [190, 240, 'ventricular'],
    [60, 140, 'sinus'], // equally long: the first
    [220, 300, undefined], // a rhythm of no class
    [280, 400, undefined], // mostly not annotated
    [400, 500, undefined],
  ])('from %d to %d is %s', (from, to, rhythm) => expect(longestRhythm(spans, from, to)).toBe(rhythm));

  test('has a class for known codes only, each in one', () => {
    const codes = Object.values(rhythmClasses).flat();
    expect(codes).toHaveLength(new Set(codes).size);
    for (const code of codes) expect(rhythmDescriptions).toHaveProperty(code);
  });
});

test('windows of synthetic records are consecutive, and an unseen record is prepared as its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mitbih-rhythm-'));
  await writeSyntheticMitbih(folder, { seconds: 25 });
  const { splits, task, window, preparation, features } = await datasetFactory.create('mitbih', {
    dataDir: folder,
    task: 'rhythm',
  });
  expect([task.name, task.kind, task.classes, features]).toEqual([
    'rhythm',
    'multi-class',
    Object.keys(rhythmClasses),
    [],
  ]);
  expect(window).toEqual({ samples: 3600, leads: ['MLII'], sampleRateHz: 360 });
  const own = Array.from({ length: splits.test.size }, (_, i) => splits.test.example(i));
  expect(own.slice(0, 2).map(({ id, y }) => [id, ...y])).toEqual([
    ['100:0', 1, 0, 0, 0],
    ['100:3600', 1, 0, 0, 0],
  ]);
  const unseen = await datasetFactory.get('mitbih').windowsOf(join(folder, '100'), preparation);
  expect(unseen.map(({ id }) => id)).toEqual(['100:0', '100:3600']);
  unseen.forEach(({ x }, i) => {
    const furthest = x.reduce((most, value, j) => Math.max(most, Math.abs(value - own[i].x[j])), 0);
    expect(furthest).toBeLessThan(1e-6);
  });
  await rm(folder, { recursive: true });
});

const real = fileURLToPath(new URL('../../../../shared/data/mitdb/mit-bih-arrhythmia-database-1.0.0', import.meta.url));
if (!existsSync(real)) console.warn(`Skipped: rhythms of the real MIT-BIH need ${real}, which is absent.`);

(existsSync(real) ? test : test.skip)('windows of the real MIT-BIH: every class trains and validates', async () => {
  const { splits, report } = await datasetFactory.create('mitbih', { dataDir: real, task: 'rhythm', baseline: 'none' });
  const windowsOf = (record: string): number => {
    const all = Object.values(splits).flatMap((split) =>
      Array.from({ length: split.size }, (_, i) => split.example(i)),
    );
    return all.filter(({ recordId }) => recordId === record).length;
  };
  expect(Math.min(...splits.train.classCounts)).toBeGreaterThan(0);
  expect(Math.min(...splits.validation.classCounts)).toBeGreaterThan(0);
  expect(splits.validation.recordIds).toEqual(['114', '119', '124', '203', '223']);
  // 30:05.556 are 180 windows; of 230, 741 s are pre-excitation and no class.
  expect([windowsOf('100'), windowsOf('201')]).toEqual([180, 180]);
  expect(windowsOf('230')).toBeGreaterThan(100);
  expect(windowsOf('230')).toBeLessThan(112);
  expect(report.annotationCounts).toBeUndefined();
});
