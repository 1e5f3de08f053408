import { afterAll, describe, expect, test } from '@jest/globals';
import { loadAddon, type Addon, type Handle } from './addon.js';
import { seededRandom } from './testing/inputs.js';
import { addon as installed } from './testing/torch.js';

// What a GPU takes in the place of our loops for the CPU (native/composed.h), run on the CPU: device 2.
const addon = installed ? loadAddon(installed.path) : (undefined as unknown as Addon);
afterAll(() => {
  if (installed) addon.configure(0, 0, false);
});

const tensor = (seed: number, ...shape: number[]): Handle => {
  const random = seededRandom(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return addon.create(
    Float32Array.from({ length: size }, () => 2 * random() - 1),
    shape,
    0,
  );
};

function valuesOf(x: Handle): Float32Array {
  const values = new Float32Array(addon.shape(x).reduce((product, length) => product * length, 1));
  addon.read(x, values);
  return values;
}

/** The largest difference of each result in the two forms, as a fraction of its largest element; one is an int32 tensor's too. */
function differences(run: () => Handle[]): number[] {
  const [loops, composed] = [0, 2].map((device) => {
    addon.configure(0, device, false);
    return run().map(valuesOf);
  });
  return composed.map((values, k) => {
    expect(values.length).toBe(loops[k].length);
    const scale = loops[k].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return values.reduce((most, value, i) => Math.max(most, Math.abs(value - loops[k][i])), 0) / scale;
  });
}

/** Sums of some tens of products in single precision, in another order; measured 4e-7. */
const tolerance = 2e-6;
const expectEqual = (run: () => Handle[]): void => expect(Math.max(...differences(run))).toBeLessThan(tolerance);

if (!installed)
  console.warn('Skipped: these tests need the native engine; set it up with `npx cardio engine install`.');
(installed ? describe : describe.skip)("the forms of a GPU agree with the CPU's loops", () => {
  test.each([
    ['one direction', 1, false],
    ['one direction, reversed', 1, true],
    ['two directions', 2, false],
  ])('LSTM, %s', (_, directions, reverse) => {
    const [x, dy] = [tensor(1, 3, 7, 5), tensor(2, 3, 7, 4 * directions)];
    const weights = Array.from({ length: directions }, (_, d) => [
      tensor(10 * d + 3, 5, 16),
      tensor(10 * d + 4, 4, 16),
      tensor(10 * d + 5, 16),
    ]).flat();
    expectEqual(() => {
      const y = addon.lstm(x, weights, reverse);
      return [y, ...addon.lstmGradient(dy, x, weights, reverse, y), ...addon.lstmGradient(dy, x, weights, reverse, y)];
    });
    expectEqual(() => addon.lstmGradient(dy, x, weights, reverse, x)); // of an output that kept nothing
  });

  test.each([
    ['plain', false, 0],
    ['with a bias', true, 0],
    ['with dropout', false, 0.3],
    ['with both', true, 0.3],
  ])('attention, %s', (_, biased, rate) => {
    const [q, k, v, dout] = [1, 2, 3, 4].map((seed) => tensor(seed, 2, 3, 9, 8));
    const bias = biased ? tensor(5, 3, 9, 9) : undefined;
    const settings = [0.35, rate, 7, 3] as const;
    expectEqual(() => {
      const out = addon.attention(q, k, v, bias, ...settings);
      return [out, ...addon.attentionGradient(dout, q, k, v, bias, out, ...settings)];
    });
    if (rate === 0) expectEqual(() => addon.attentionGradient(dout, q, k, v, bias, q, ...settings));
  });

  test.each([
    [0.1, 1, 0],
    [0.5, 4294967295, 99],
    [0.999, 123456789, 4_000_000_000],
  ])("dropout's mask, bit for bit (rate %d, seed %d, step %d)", (rate, seed, step) => {
    const x = addon.full([1_000_003], 1, 0);
    expect(differences(() => [addon.dropout(x, rate, seed, step)])).toEqual([0]);
  });

  test('AdamW with two weight decays and a gradient scale, and the global norm; the gradients stay as they were', () => {
    expectEqual(() => {
      const make = (seed: number): Handle[] => [tensor(seed, 3, 4), tensor(seed + 1, 7)];
      const [parameters, gradients, means] = [make(1), make(3), make(5)];
      const variances = [addon.full([3, 4], 0.3, 0), addon.full([7], 0.2, 0)];
      for (const step of [3, 4]) {
        const settings = [1e-2, 0.9, 0.999, 1e-8, step, 5 / 8 - step / 8];
        addon.adamW(parameters, gradients, means, variances, [0.1, 0], settings);
      }
      return [...parameters, ...gradients, ...means, ...variances, addon.globalNorm(gradients)];
    });
  });

  test('products of integers', () => {
    const x = addon.create(Int32Array.of(1, -2, 20_003, 4), [2, 2], 1);
    const product = (): Handle => addon.cast(addon.matmul(x, x, false, true), 0);
    expect(differences(() => [product()])).toEqual([0]);
  });

  test('a device that is not there is an error', () => {
    expect(() => addon.configure(0, 3, false)).toThrow('there is no device 3');
    if (addon.devices()[1] === 0) expect(() => addon.configure(0, 1, false)).toThrow(/no CUDA|no GPU/);
  });
});
