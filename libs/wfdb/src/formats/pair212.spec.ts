import { describe, expect, test } from '@jest/globals';
import { createRandom } from '@cardio/core';
import { format212 } from './packed.js';
import { decodePair212 } from './pair212.js';

describe('two signals in format 212', () => {
  test('are what the samples one by one are, from any byte and of any number', () => {
    const random = createRandom(1);
    const table = (by: number): Float32Array => Float32Array.from({ length: 4096 }, (_, i) => (i - 2048) * by);
    for (let at = 0; at < 8; at++) {
      for (let frames = 0; frames < 20; frames++) {
        const whole = Uint8Array.from({ length: at + 3 * frames + 5 }, () => random.integer(256));
        const bytes = whole.subarray(at >> 1); // an address that is no whole word either
        const from = at - (at >> 1);
        const stored = new Int32Array(2 * frames);
        format212.unpack(bytes, from, 2 * frames, stored);
        const of = (column: number): number[] => [...stored].filter((_, i) => i % 2 === column);

        const x = { samples: new Float32Array(frames), table: table(1) };
        const y = { samples: new Float32Array(frames), table: table(-2) };
        const sums = decodePair212(bytes, from, frames, x, y);
        expect([...x.samples]).toEqual(of(0));
        expect([...y.samples].map((value) => value / -2 + 0)).toEqual(of(1));
        expect(sums).toEqual([0, 1].map((column) => of(column).reduce((sum, value) => sum + value, 0)));
      }
    }
  });
});
