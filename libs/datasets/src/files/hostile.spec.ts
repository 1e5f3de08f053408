import { describe, expect, test } from '@jest/globals';
import { createRandom, isCardioError } from '@cardio/core';
import { readAecg } from './aecg.js';
import { readCsv } from './csv.js';
import { readDicom } from './dicom.js';
import { readEdf } from './edf.js';
import { goldenFile } from './golden-files.js';
import { readMat } from './mat.js';

// CARDIO_FUZZ_CASES=20000 for a nightly run.
const cases = Number(process.env['CARDIO_FUZZ_CASES'] ?? 300);
const table = new TextEncoder().encode(
  `time_s,II (mV)\n${Array.from({ length: 200 }, (_, i) => `${i / 250},${Math.sin(i)}`).join('\n')}\n`,
);
const stated = { sampleRateHz: 250, unit: 'mV' };

describe('damaged files', () => {
  test.each([
    ['plain.edf', readEdf],
    ['plus.edf', readEdf],
    ['v4.mat', readMat],
    ['v5.mat', readMat],
    ['v5-compressed.mat', readMat],
    ['explicit.dcm', readDicom],
    ['implicit.dcm', readDicom],
    ['deflated.dcm', readDicom],
    ['aecg.xml', readAecg],
    ['table.csv', readCsv],
  ] as const)('%s ends in a signal or in an error that is meant for people', (name, read) => {
    const original = name === 'table.csv' ? table : goldenFile(name);
    const random = createRandom(17);
    const below = (limit: number): number => (limit > 0 ? random.integer(limit) : 0);
    for (let i = 0; i < cases; i++) {
      const bytes = original.slice(0, random.next() < 0.3 ? below(original.length + 1) : original.length);
      // Headers are where damage hurts: half of it falls into the first 700 bytes.
      for (let damage = below(6); damage > 0 && bytes.length > 0; damage--) {
        const at = random.next() < 0.5 ? below(Math.min(700, bytes.length)) : below(bytes.length);
        bytes[at] = [0, 255, 48 + below(10), below(256)][below(4)];
      }
      try {
        const { signal } = read(bytes, { ...stated, file: 'x' });
        const samples = signal.samples.reduce((sum, lead) => sum + lead.length, 0);
        expect(samples).toBeLessThanOrEqual(1100 * original.length);
      } catch (error) {
        if (!isCardioError(error)) throw new Error(`case ${i}`, { cause: error });
        expect(error.message).toMatch(/^x[: ]/);
      }
    }
  });
});
