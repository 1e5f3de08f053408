import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { readRecord } from '@cardio/wfdb';
import type { EcgFileOptions } from './ecg-file.js';
import { differenceFrom, expectedValues, goldenFile, rounding } from './golden-files.js';
import { readMat } from './mat.js';

const leads = ['I', 'II', 'V1'];
const cpsc = fileURLToPath(new URL('../../../../../shared/data/cpsc2018', import.meta.url));

describe('MAT files of scipy.io.savemat', () => {
  test.each<[string, EcgFileOptions, string]>([
    ['v4.mat', { unit: 'uV' }, 'version 4, int16, leads by row'],
    ['v5.mat', {}, 'version 5, double, leads by column'],
    ['v5-compressed.mat', {}, 'compressed, in a struct'],
    ['two.mat', { variable: 'a', sampleRateHz: 250 }, 'one of two matrices'],
  ])('%s', (name, options) => {
    const file = readMat(goldenFile(name), { leads, ...options });
    expect(differenceFrom(file, expectedValues.mV)).toBeLessThan(rounding);
    expect(file.signal).toMatchObject({ sampleRateHz: 250, leads });
  });

  test('names leads by number where nothing tells', () =>
    expect(readMat(goldenFile('v5.mat')).signal.leads).toEqual(['1', '2', '3']));

  const v5 = goldenFile('v5.mat');
  const packed = goldenFile('v5-compressed.mat');
  const patched = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
    const copy = bytes.slice();
    new DataView(copy.buffer, copy.byteOffset).setUint32(at, value, true);
    return copy;
  };
  test.each<[string, Uint8Array, string, EcgFileOptions?]>([
    ['more than one candidate', goldenFile('two.mat'), 'a (3 x 500), b (3 x 500). State which'],
    ['no rate', goldenFile('two.mat'), 'does not say its sampling rate', { variable: 'a' }],
    ['another variable', v5, 'no numeric matrix `val`. Its matrices: ecg (500 x 3), fs (1 x 1)', { variable: 'val' }],
    ['other leads', v5, '`ecg` is 500 x 3, but 2 leads were stated', { leads: ['I', 'II'] }],
    ['nothing', new Uint8Array(0), 'at byte 0: the file ends'],
    ['a cut', v5.subarray(0, 5000), 'at byte 136: an element takes'],
    ['a length of 4 GB', patched(v5, 132, 0xfffffff8), 'at byte 136: an element takes 4294967288 bytes'],
    ['a cut in version 4', goldenFile('v4.mat').subarray(0, 1000), 'the 3 x 500 numbers of `val` takes 3000 bytes'],
    ['4 billion rows in version 4', patched(goldenFile('v4.mat'), 4, 0xffffffff), 'numbers of `val` takes'],
    ['broken compression', patched(packed, 300, 0xffffffff), 'at byte 128: the compressed element'],
    ['MATLAB 7.3', new TextEncoder().encode('MATLAB 7.3 MAT-file'.padEnd(128)), 'Save it with `-v7`'],
    ['a text', new TextEncoder().encode('hello'.padEnd(200)), 'at byte 126: a MATLAB 5 file has `IM` or `MI`'],
  ])('refuses %s', (_, bytes, message, options = {}) =>
    expect(() => readMat(bytes, { ...options, file: 'x.mat' })).toThrow(message),
  );
});

const real = existsSync(cpsc) ? describe : describe.skip;
if (!existsSync(cpsc)) console.warn(`Skipped: the tests on real MAT files need ${cpsc}, which is absent.`);
real('MAT files of CPSC2018', () => {
  test.each(['A1980', 'A1982'])('the original %s has 12 leads at 500 Hz', (name) => {
    const { signal } = readMat(readFileSync(`${cpsc}/original/${name}.mat`));
    expect(signal.sampleRateHz).toBe(500);
    expect(signal.leads).toHaveLength(12);
    // Einthoven: II - I = III.
    const [i, ii, iii] = signal.samples;
    expect(Math.max(...iii.map((value, n) => Math.abs(ii[n] - i[n] - value)))).toBeLessThan(0.01);
  });

  test("the challenge's `val` is what WFDB reads in the same file", async () => {
    const { signal } = await readRecord(`${cpsc}/challenge2020/A0001`);
    const options = { leads: signal.leads, unit: 'uV', sampleRateHz: 500 };
    const file = readMat(readFileSync(`${cpsc}/challenge2020/A0001.mat`), options);
    expect(
      differenceFrom(
        file,
        signal.samples.map((lead) => [...lead]),
      ),
    ).toBeLessThan(rounding);
  });
});
