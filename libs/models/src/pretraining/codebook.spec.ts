import { createRandom, type Batch } from '@cardio/core';
import { startEngine } from '@cardio/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';

import { codeUse, nearestCodes } from './codebook.js';
import { kMeans, kMeansStart } from './k-means.js';
import { learnCodebook, type CodebookPass } from './learn-codebook.js';
import { maskSpans } from './mask-spans.js';
import { cutPatches } from './patches.js';

beforeAll(() => startEngine('wasm'));

const [patch, leads] = [4, 2];
/** Patches around four far corners, in known order: `[N * patch, leads]`. */
const cornersOf = (order: readonly number[], seed: number): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from(
    order.flatMap((corner) =>
      Array.from({ length: patch * leads }, (_, d) => (d === corner ? 5 : 0) + 0.1 * random.normal()),
    ),
  );
};
const batchOf = (x: Float32Array, time: number): Batch => {
  const size = x.length / (time * leads);
  return {
    x,
    y: new Float32Array(size),
    ids: Array.from({ length: size }, (_, i) => `${i}`),
    shape: { size, time, leads, classes: 1, features: 0 },
  };
};
const order = Array.from({ length: 400 }, (_, i) => (i * 7) % 4);
const epoch = async function* (index: number): AsyncGenerator<Batch> {
  for (let b = 0; b < 4; b++) yield batchOf(cornersOf(order.slice(b * 100, b * 100 + 100), index * 4 + b), 20 * patch);
};
const options = { patch, codes: 4, passes: 3, startPatches: 100, decay: 0.9, seed: 1 };

test('the code of a patch is that of the vector at the least squared distance', async () => {
  const random = createRandom(3);
  const normals = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal());
  const [vectors, rows] = [normals(7 * 5), normals(50 * 5)];
  const { codes, error } = await nearestCodes({ vectors, size: 7 }, rows);
  let sum = 0;
  for (let i = 0; i < 50; i++) {
    const squares = Array.from({ length: 7 }, (_, k) =>
      Array.from({ length: 5 }, (__, d) => (rows[i * 5 + d] - vectors[k * 5 + d]) ** 2).reduce((a, b) => a + b),
    );
    expect(codes[i]).toBe(squares.indexOf(Math.min(...squares)));
    sum += Math.min(...squares);
  }
  expect(error).toBeCloseTo(sum / rows.length, 5);
});

test('k-means++ and Lloyd find the means of separate clusters', async () => {
  const rows = cornersOf(order, 9);
  const centres = await kMeans(rows, kMeansStart(rows, 8, 4, createRandom(1)), 4, 5);
  const corners = [0, 1, 2, 3].map((k) => centres.subarray(8 * k, 8 * k + 8).findIndex((value) => value > 4.9));
  expect(corners.toSorted()).toEqual([0, 1, 2, 3]);
  expect(() => kMeansStart(new Float32Array(80), 8, 4, createRandom(1))).toThrow(/1 different patches/);
});

describe('a codebook', () => {
  test('names the clusters of its patches, all codes used alike, and is the same for the same seed', async () => {
    const passes: CodebookPass[] = [];
    const book = await learnCodebook(epoch, options, (pass) => passes.push(pass));
    const { codes } = await nearestCodes(book, cornersOf(order, 99));
    const corners = order.map((corner, i) => `${corner} ${codes[i]}`);
    expect(new Set(corners).size).toBe(4);
    expect(passes.map(({ pass, usage }) => [pass, usage])).toEqual([[1, 1], [2, 1], [3, 1]]); // prettier-ignore
    expect(passes[2].perplexity).toBeCloseTo(4, 5);
    expect(passes[2].error).toBeLessThan(0.005); // 0.1² of (5² / 8 + 0.1²)
    expect((await learnCodebook(epoch, options)).vectors).toEqual(book.vectors);
  });

  test('follows patches that move, and revives the codes that they left', async () => {
    const moved = async function* (index: number): AsyncGenerator<Batch> {
      for await (const batch of epoch(index)) {
        yield index === 0 ? batch : { ...batch, x: batch.x.map((value, i) => (i % 8 < 2 ? value : value + 3)) };
      }
    };
    const passes: CodebookPass[] = [];
    const near = { ...options, codes: 12, passes: 8, decay: 0.5 };
    const book = await learnCodebook(moved, near, (pass) => passes.push(pass));
    expect(passes.reduce((sum, { revived }) => sum + revived, 0)).toBeGreaterThan(0);
    expect(passes[7].usage).toBe(1);
    expect(passes[7].error).toBeLessThan(passes[0].error);
    expect(book.size).toBe(12);
  });
});

test('perplexity is the number of codes where all are used alike, and 1 for one alone', () => {
  expect(codeUse([5, 5, 5, 5])).toEqual({ perplexity: expect.closeTo(4, 10), usage: 1 });
  expect(codeUse([0, 9, 0, 0])).toEqual({ perplexity: 1, usage: 0.25 });
});

test('zeros complete a signal to whole patches, half on each side, the odd one at its end', () => {
  const x = Float32Array.of(1, 2, 3, 4, 5);
  expect([...cutPatches(x, { size: 1, time: 5, leads: 1 }, 4)]).toEqual([0, 1, 2, 3, 4, 5, 0, 0]);
  const two = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  expect([...cutPatches(two, { size: 2, time: 2, leads: 2 }, 3)]).toEqual([1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 0, 0]);
});

describe('a mask', () => {
  test('hides exactly its share of each signal, in stretches', () => {
    const mask = maskSpans(200, 50, { share: 0.4, longestSpan: 6 }, createRandom(4));
    let stretches = 0;
    for (let i = 0; i < 200; i++) {
      const row = mask.subarray(i * 50, i * 50 + 50);
      expect(row.reduce((sum, hidden) => sum + hidden, 0)).toBe(20);
      row.forEach((hidden, p) => (stretches += hidden === 1 && (p === 0 || row[p - 1] === 0) ? 1 : 0));
    }
    expect((200 * 20) / stretches).toBeGreaterThan(2.5); // single patches at random would make stretches of 1 / (1 - 0.4) = 1.7
    expect(maskSpans(200, 50, { share: 0.4, longestSpan: 6 }, createRandom(4))).toEqual(mask);
  });

  test('leaves something to be seen and something to be told, whatever the share', () => {
    expect(maskSpans(1, 2, { share: 0.99, longestSpan: 6 }, createRandom(1)).reduce((a, b) => a + b)).toBe(1);
    expect(maskSpans(1, 2, { share: 0.01, longestSpan: 6 }, createRandom(1)).reduce((a, b) => a + b)).toBe(1);
    expect(() => maskSpans(1, 1, { share: 0.4, longestSpan: 6 }, createRandom(1))).toThrow(/two patches/);
  });
});
