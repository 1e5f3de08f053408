import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { normal, toTensor } from './testing/inputs.js';
import { identities, linearOps } from './testing/linear-ops.js';
import { addon, startTorch } from './testing/torch.js';

beforeAll(startTorch);

const withAddon = addon ? describe : describe.skip;
if (!addon) console.warn('Skipped: these tests need the native engine; set it up with `npx cardio engine install`.');

/** Sums of up to 300 products in single precision, of numbers of the size of 1. */
const digits = 3;

withAddon('where tfjs-cpu is wrong, torch agrees with mathematics', () => {
  test.each(linearOps.map((op) => [op.name, op] as const))(
    'the gradient of %s is the adjoint',
    (_, { input, run, isHomogeneous }) => {
      const [left, right] = tf.tidy(() => {
        const x = toTensor(input, 1);
        const u = isHomogeneous ? x : toTensor(input, 2);
        const image = run(u);
        const dy = toTensor(normal(...image.shape), 3);
        const dx = tf.grad(run)(x, dy);
        return [tf.sum(tf.mul(dy, image)).dataSync()[0], tf.sum(tf.mul(dx, u)).dataSync()[0]];
      });
      expect(right).toBeCloseTo(left, digits);
    },
  );

  test.each(identities.map((identity) => [identity.name, identity] as const))('%s', (_, { left, right }) => {
    const error = tf.tidy(() => tf.max(tf.abs(tf.sub(left(), right()))).dataSync()[0]);
    expect(error).toBeLessThan(1e-6);
  });
});
