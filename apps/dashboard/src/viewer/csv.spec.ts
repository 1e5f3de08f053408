import { expect, test } from '@jest/globals';

import { parseCsv } from './csv.js';

test.each([
  ['commas', 'time,I,II\n0,0.1,1\n0.002,,2\n0.004,-0.3,3\n'],
  ['semicolons and decimal commas', 'time;I;II\r\n0;0,1;1\r\n0,002;;2\r\n0,004;-0,3;3\r\n'],
  ['tabs and quotes', '# a note\n"t"\t"I"\t"II"\n0\t0.1\t1\n0.002\tnone\t2\n0.004\t-0.3\t3'],
])('a table with times and %s', (_, text) => {
  const { samples, leads, sampleRateHz } = parseCsv(text);
  expect([leads, sampleRateHz]).toEqual([['I', 'II'], 500]);
  expect(samples).toEqual([Float32Array.of(0.1, NaN, -0.3), Float32Array.of(1, 2, 3)]);
});

test('a table without times needs the rate', () => {
  const text = 'MLII\n0.5\n0.25\n';
  expect(parseCsv(text, 360)).toEqual({ samples: [Float32Array.of(0.5, 0.25)], leads: ['MLII'], sampleRateHz: 360 });
  expect(() => parseCsv(text)).toThrow(/sampling rate.*Columns: MLII/);
});

test('a table without names is refused', () => {
  expect(() => parseCsv('1,2\n3,4\n5,6\n', 100)).toThrow(/line of lead names/);
  expect(() => parseCsv('')).toThrow(/line of lead names/);
});
