import { expect, test } from '@jest/globals';

import { crc32c, frameRecord } from './tfrecord.js';

// RFC 3720, appendix B.4
test.each([
  ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['32 bytes of incrementing values', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['32 bytes of decrementing values', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ['the check value "123456789"', new TextEncoder().encode('123456789'), 0xe3069283],
])('the CRC-32C of %s is the published one', (_, bytes, crc) => expect(crc32c(bytes)).toBe(crc));

test('a record is its length, data and two check sums', () => {
  const framed = frameRecord(Uint8Array.of(1, 2, 3));
  expect(framed.length).toBe(8 + 4 + 3 + 4);
  expect([...framed.subarray(0, 8)]).toEqual([3, 0, 0, 0, 0, 0, 0, 0]);
  expect([...framed.subarray(12, 15)]).toEqual([1, 2, 3]);
});
