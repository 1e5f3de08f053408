import { describe, expect, test } from '@jest/globals';
import { createRandom } from '@cardio/core';
import { designFilter, sosfiltfilt, zeroPhase } from './index.js';

const design = { family: 'butterworth', order: 3, band: 'bandpass', cutoffHz: [0.5, 40], sampleRateHz: 500 } as const;
const sections = designFilter(design);
const random = createRandom(1);
const noise = (n: number): Float64Array => Float64Array.from({ length: n }, () => 1 + random.normal());

describe('filtering several leads at once', () => {
  // sosfiltfilt itself is compared with SciPy.
  test.each([1, 2, 4, 5, 12])('does to %d leads what sosfiltfilt does to each', (count) => {
    const leads = Array.from({ length: count }, () => noise(300));
    const results = zeroPhase(sections, leads);
    expect(results).toHaveLength(count);
    for (const [l, lead] of leads.entries()) {
      const expected = sosfiltfilt(sections, lead);
      expect(Math.max(...expected.map((value, i) => Math.abs(value - results[l][i])))).toBeLessThan(1e-11);
    }
  });

  test('of another length, or with other padding, is not disturbed by what was before', () => {
    const lead = noise(500);
    zeroPhase(sections, [noise(800)]);
    const [result] = zeroPhase(sections, [lead], { padLength: 100 });
    const expected = sosfiltfilt(sections, lead, { padLength: 100 });
    expect(Math.max(...expected.map((value, i) => Math.abs(value - result[i])))).toBeLessThan(1e-11);
  });

  test('answers in the precision of the leads, and leaves them as they are', () => {
    const lead = Float32Array.from(noise(100));
    const before = lead.slice();
    expect(zeroPhase(sections, [lead])[0]).toBeInstanceOf(Float32Array);
    expect(lead).toEqual(before);
  });

  test('bridges a gap in one lead without a change to the others', () => {
    const [whole, holed] = [noise(200), noise(200)];
    holed[70] = NaN;
    expect(() => zeroPhase(sections, [whole, holed])).toThrow('Sample 70 of 200 must be finite. Received: NaN.');
    const [first, kept] = zeroPhase(sections, [whole, holed], { missing: 'keep' });
    expect(first).toEqual(zeroPhase(sections, [whole])[0]);
    expect([...kept.keys()].filter((i) => Number.isNaN(kept[i]))).toEqual([70]);
    expect(zeroPhase(sections, [holed], { missing: 'interpolate' })[0].every(Number.isFinite)).toBe(true);
  });

  test('refuses leads of different lengths, and shorter ones than the padding', () => {
    expect(() => zeroPhase(sections, [noise(100), noise(101)])).toThrow('must be equal. Received: 100, 101.');
    expect(() => zeroPhase(sections, [noise(21)])).toThrow('must be above the 21 of the padding. Received: 21.');
  });

  test('of no leads is nothing', () => expect(zeroPhase(sections, [])).toEqual([]));
});
