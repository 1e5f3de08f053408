import { describe, expect, test } from '@jest/globals';

import { CardioError, createRandom, hash32, isCardioError, nearest, stableJson } from './index.js';

describe('hash32', () => {
  // Reference values of MurmurHash3_x86_32 from its author's smhasher test set.
  test.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['test', 0, 0xba6bd213],
    ['test', 0x9747b28c, 0x704b81dc],
    ['Hello, world!', 0, 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ])('of %j with seed %d', (text, seed, expected) => expect(hash32(text, seed)).toBe(expected));
});

describe('stableJson', () => {
  test('does not depend on the order of keys', () => {
    expect(stableJson({ b: 1, a: { d: [1, { z: 0, y: 1 }], c: null } })).toBe(
      '{"a":{"c":null,"d":[1,{"y":1,"z":0}]},"b":1}',
    );
  });
});

describe('random streams', () => {
  test('repeat with the seed and differ between seeds', () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, createRandom(seed).next);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  test('are uniform and normal in their first moments', () => {
    const random = createRandom(1);
    const n = 200_000;
    let sum = 0;
    let normalSum = 0;
    let normalSquares = 0;
    for (let i = 0; i < n; i++) {
      sum += random.next();
      const z = random.normal();
      normalSum += z;
      normalSquares += z * z;
    }
    // Five standard errors of each mean.
    expect(Math.abs(sum / n - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(n));
    expect(Math.abs(normalSum / n)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(normalSquares / n - 1)).toBeLessThan((5 * Math.SQRT2) / Math.sqrt(n));
  });

  test('shuffle keeps every item, and each lands everywhere', () => {
    const random = createRandom(3);
    const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    for (let i = 0; i < 8000; i++) {
      const order = random.shuffle([0, 1, 2, 3]);
      expect([...order].sort()).toEqual([0, 1, 2, 3]);
      order.forEach((item, place) => counts[item][place]++);
    }
    for (const row of counts)
      for (const count of row) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(8000 * 0.25 * 0.75));
  });

  test('fork by name, whatever was drawn before', () => {
    const used = createRandom(5);
    used.next();
    expect(used.fork('dropout').next()).toBe(createRandom(5).fork('dropout').next());
    expect(used.fork('dropout').next()).not.toBe(used.fork('shuffle').next());
  });
});

describe('nearest', () => {
  test.each([
    ['epoch', ['epochs', 'batchSize'], 'epochs'],
    ['batch_sise', ['epochs', 'batch-size'], 'batch-size'],
    ['cnn-lsmt', ['cnn_lstm', 'se_resnet1d'], 'cnn_lstm'],
    ['se_resnet', ['cnn_lstm', 'se_resnet1d'], 'se_resnet1d'],
    ['banana', ['cnn_lstm', 'se_resnet1d'], undefined],
  ])('to %s', (name, known, expected) => expect(nearest(name, known)).toBe(expected));
});

test('a CardioError of another copy of the library is still recognised', () => {
  const foreign = Object.assign(new Error('x'), { code: 'data', [Symbol.for('@cardio/core/error')]: true });
  expect(isCardioError(foreign)).toBe(true);
  expect(isCardioError(new CardioError('data', 'x'))).toBe(true);
  expect(isCardioError(new Error('x'))).toBe(false);
});
