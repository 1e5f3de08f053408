import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { existsSync, readFileSync } from 'node:fs';
import { families } from './testing/cases/index.js';
import { differences } from './testing/compare.js';
import { addon, startTorch } from './testing/torch.js';

/** The kernels that the cases ran on `torch`. */
const ran = new Set<string>();
const engine = tf.engine();
const { runKernel } = engine;
const warn = addon ? jest.spyOn(console, 'warn').mockImplementation(() => undefined) : undefined;

await startTorch(); // here, as the tests depend on what it registers

beforeAll(() => {
  engine.runKernel = function <T>(
    this: typeof engine,
    name: string,
    ...rest: [tf.NamedTensorMap, tf.NamedAttrMap?]
  ): T {
    if (tf.getBackend() === 'torch') ran.add(name);
    return runKernel.call(this, name, ...rest) as T;
  };
});

afterAll(() => {
  engine.runKernel = runKernel;
});

const withAddon = addon ? describe : describe.skip;

withAddon.each(Object.entries(families))('torch agrees with cpu: %s', (_, cases) => {
  test.each(cases.map((row) => [row.name, row] as const))('%s', async (_name, row) => {
    expect(await differences(row, 'cpu', 'torch')).toEqual([]);
    if (row.inputs.length > 0) expect(await differences(row, 'cpu', 'torch', 'views')).toEqual([]);
  });
});

/** Registered kernels that only a browser can run. */
const browserOnly = ['Draw'];

/** The kernels that take the way over tfjs-cpu, each with one warning. */
// prettier-ignore
const fallbacks = [
  'Bincount', 'BroadcastArgs', 'Complex', 'CropAndResize', 'DenseBincount', 'Dilation2D', 'Dilation2DBackpropFilter', 'Dilation2DBackpropInput', 'Einsum',
  'FlipLeftRight', 'LRN', 'LRNGrad', 'MaxPoolWithArgmax', 'Multinomial', 'NonMaxSuppressionV3', 'NonMaxSuppressionV4', 'NonMaxSuppressionV5',
  'RaggedGather', 'RaggedRange', 'RaggedTensorToTensor', 'RotateWithOffset', 'SearchSorted', 'SparseFillEmptyRows', 'SparseReshape',
  'SparseSegmentMean', 'SparseSegmentSum', 'SparseToDense', 'Transform', 'Unique',
];

withAddon('the table', () => {
  const kernelsOf = (backend: string): string[] => tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName);

  test('runs every kernel that the cpu backend has', () => {
    expect(kernelsOf('cpu').filter((name) => !ran.has(name) && !browserOnly.includes(name))).toEqual([]);
  });

  test('has no two cases of one name', () => {
    for (const cases of Object.values(families)) expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  test('torch has every kernel of cpu', () => {
    const own = kernelsOf('torch');
    expect(kernelsOf('cpu').filter((name) => !own.includes(name))).toEqual([]);
  });

  test('what runs on tfjs-cpu is known', () => {
    const warnings = (warn?.mock.calls ?? []).map(([text]) => /no kernel (\w+);/.exec(String(text))?.[1]);
    const names = warnings.filter((name) => name !== undefined).sort();
    console.log(`Through tfjs-cpu: ${names.join(', ')}`);
    expect(names).toEqual(fallbacks);
  });

  const readme = new URL('../README.md', import.meta.url);
  (existsSync(readme) ? test : test.skip)('the README says what runs on tfjs-cpu', () => {
    const text = readFileSync(readme, 'utf8');
    expect(fallbacks.filter((name) => !text.includes(name))).toEqual([]);
  });
});
