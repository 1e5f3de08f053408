import { inflateSync } from 'node:zlib';

import { expect, test } from '@jest/globals';

import { createCanvas } from './canvas.js';
import { encodePng } from './png.js';

test('a PNG file holds the picture: signature, chunks with the check sums of the standard, rows behind a filter byte', () => {
  const rgb = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  const file = Buffer.from(encodePng({ width: 3, height: 2, rgb }));
  expect(file.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  expect([file.readUInt32BE(16), file.readUInt32BE(20), ...file.subarray(24, 29)]).toEqual([3, 2, 8, 2, 0, 0, 0]);
  expect(file.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082'); // IEND, the same in every file
  const rows = inflateSync(file.subarray(41, 41 + file.readUInt32BE(33)));
  expect([...rows]).toEqual([0, ...rgb.subarray(0, 9), 0, ...rgb.subarray(9)]);
});

test('text is drawn in dots of 5 x 8, and what is outside is lost', () => {
  const canvas = createCanvas(6, 9);
  canvas.text(0, 0, 'F');
  canvas.text(4, 40, 'µ');
  const rows = Array.from({ length: 9 }, (_, y) =>
    Array.from({ length: 6 }, (__, x) => (canvas.rgb[(y * 6 + x) * 3] === 0 ? '#' : ' ')).join(''),
  );
  expect(rows.map((row) => row.trimEnd())).toEqual(['#####', '#', '#', '####', '#', '#', '#', '', '']);
});
