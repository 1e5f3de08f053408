import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { readPredictions, writePredictions, type Predictions } from './predictions.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-predictions-'));
afterAll(() => rmSync(folder, { recursive: true }));

const predictions: Predictions = {
  examples: [1, 2, 3].map((n) => ({ id: `${n}:0`, recordId: String(n), patientId: `p${n}` })),
  classes: ['NORM', 'true_', '1AVB, "odd"'],
  // 0.1 is not a float32, 1e-45 is the least one above 0, and the third is 1 less one unit in its last place
  probabilities: Float32Array.of(0.1, 1e-45, 1 - 2 ** -24, 0, 1, 1 / 3, 0.5, 3.4e-38, 0.7),
  labels: Float32Array.of(0, 1, NaN, 1, 0, 0, 1, 1, NaN),
};

test.each([
  ['without', undefined],
  ['with', [1, 1, 2]],
])('predictions %s folds are read as they were written, bit for bit', async (_, folds) => {
  const path = join(folder, 'predictions.parquet');
  writePredictions(path, predictions, folds);
  expect(await readPredictions(path)).toEqual(predictions);
});

test('what is known of records is read back too, and is no column where nothing is', async () => {
  const path = join(folder, 'attributes.parquet');
  const [first, second, third] = predictions.examples;
  const examples = [
    { ...first, attributes: { sex: 'female', ageYears: 56, site: '2', device: 'CS-12 E', quality: 'noisy' } as const },
    { ...second, attributes: { sex: 'male' } as const },
    third,
  ];
  writePredictions(path, { ...predictions, examples });
  expect((await readPredictions(path)).examples).toEqual(examples);
  expect(Object.keys((await parquetReadObjects({ file: Uint8Array.from(readFileSync(path)).buffer }))[0])).toEqual(
    expect.arrayContaining(['sex', 'age', 'site', 'device', 'quality']),
  );
});

test.each([
  ['what is no parquet file', 'id,record\n1,2\n', /not a file of predictions .*: parquet/],
  [
    'another parquet file',
    parquetWriteBuffer({ columnData: [{ name: 'id', data: ['1'], type: 'STRING' }] }),
    /no column `record`/,
  ],
  [
    'one without classes',
    parquetWriteBuffer({
      columnData: ['id', 'record', 'patient'].map((name) => ({ name, data: ['1'], type: 'STRING' as const })),
    }),
    /no column `true_<class>`/,
  ],
])('%s is refused with the reason', async (_, content, reason) => {
  const path = join(folder, 'other.parquet');
  writeFileSync(path, typeof content === 'string' ? content : new Uint8Array(content));
  await expect(readPredictions(path)).rejects.toThrow(reason);
});

test('a file that is not there is said to be missing', async () => {
  await expect(readPredictions(join(folder, 'absent.parquet'))).rejects.toThrow(/absent.parquet/);
});
