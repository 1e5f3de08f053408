import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { applyModel } from './apply-model.js';
import { startEngine } from './start.js';
import { normal } from './testing/engines.js';
import { valueAndGradients } from './value-and-gradients.js';

beforeAll(() => startEngine('cpu'));

/** An input that branches, a layer used twice, and outputs that are their own inputs. */
function branching(): tfl.LayersModel {
  const x = tfl.input({ shape: [6, 3] });
  const shared = tfl.layers.dense({ units: 4, activation: 'relu' });
  const [a, b] = [shared.apply(x), shared.apply(tfl.layers.activation({ activation: 'linear' }).apply(x))];
  const sum = tfl.layers.add().apply([a, b] as tfl.SymbolicTensor[]) as tfl.SymbolicTensor;
  const y = tfl.layers.multiply().apply([sum, a] as tfl.SymbolicTensor[]) as tfl.SymbolicTensor;
  const flat = tfl.layers.flatten().apply(tfl.layers.dropout({ rate: 0 }).apply(y)) as tfl.SymbolicTensor;
  return tfl.model({ inputs: x, outputs: tfl.layers.dense({ units: 2 }).apply(flat) as tfl.SymbolicTensor });
}

const sequential = (): tfl.LayersModel =>
  tfl.sequential({ layers: [tfl.layers.flatten({ inputShape: [6, 3] }), tfl.layers.dense({ units: 2 })] });
const masked = (): tfl.LayersModel => {
  const x = tfl.input({ shape: [6, 3] });
  const y = tfl.layers.masking({ maskValue: 0 }).apply(x);
  return tfl.model({ inputs: x, outputs: tfl.layers.simpleRNN({ units: 2 }).apply(y) as tfl.SymbolicTensor });
};
const nested = (): tfl.LayersModel => {
  const x = tfl.input({ shape: [6, 3] });
  return tfl.model({ inputs: x, outputs: branching().apply(x) as tfl.SymbolicTensor });
};

describe.each([
  ['with branches', branching],
  ['sequential', sequential],
  ['nested', nested],
  ['with masks', masked],
])('a model %s', (_, create) => {
  test('gives the output and the gradients of tfjs, and leaves no tensor behind', () => {
    const model = create();
    const x = normal([5, 6, 3], 1);
    const variables = model.trainableWeights.map((w) => w.read() as tf.Variable);
    const lossOf = (y: tf.Tensor): tf.Scalar => tf.mean(tf.square(y));
    const expected = tf.variableGrads(() => lossOf(model.apply(x, { training: true }) as tf.Tensor), variables);
    const before = tf.memory().numTensors;
    const { value, gradients } = valueAndGradients(() => lossOf(applyModel(model, [x], true)), variables);
    expect(tf.memory().numTensors).toBe(before + 1 + variables.length);
    expect(value.dataSync()).toEqual(expected.value.dataSync());
    gradients.forEach((g, i) => expect(g?.dataSync()).toEqual(expected.grads[variables[i].name].dataSync()));
    tf.dispose([value, ...(gradients as tf.Tensor[])]);
    expect(x.isDisposed).toBe(false);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('gives the same output in inference', () => {
    const model = create();
    const x = normal([2, 6, 3], 2);
    expect(applyModel(model, [x], false).dataSync()).toEqual((model.apply(x) as tf.Tensor).dataSync());
  });
});

test('a variable that the value does not depend on has no gradient', () => {
  const [a, b] = [tf.variable(tf.scalar(3)), tf.variable(tf.scalar(4))];
  const { value, gradients } = valueAndGradients(() => tf.mul(a, tf.add(a, a)), [a, b]);
  expect(value.dataSync()[0]).toBe(18);
  expect(gradients[0]?.dataSync()[0]).toBe(12);
  expect(gradients[1]).toBeUndefined();
});

test('an error leaves no tensor and no tape behind', () => {
  const a = tf.variable(tf.scalar(3));
  const before = tf.memory().numTensors;
  const failing = (): tf.Scalar => {
    tf.square(a);
    throw new Error('no');
  };
  expect(() => valueAndGradients(failing, [a])).toThrow('no');
  expect(tf.memory().numTensors).toBe(before);
  expect(valueAndGradients(() => tf.square(a), [a]).gradients[0]?.dataSync()[0]).toBe(6);
});

test('holds fewer tensors at its peak than tfjs', () => {
  const weights = Array.from({ length: 12 }, (_, i) => tf.variable(normal([8, 8], i)));
  const chain = (note: () => void) => (): tf.Scalar => {
    let x: tf.Tensor = tf.ones([8, 8]);
    for (const w of weights) {
      x = tf.customGrad((y) => ({
        value: tf.mul(y as tf.Tensor, 1),
        gradFunc: (dy: tf.Tensor) => {
          note();
          return tf.mul(dy, 1);
        },
      }))(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D));
    }
    return tf.mean(x);
  };
  const peak = (run: (f: () => tf.Scalar) => tf.TensorContainer): number => {
    let most = 0;
    const result = run(chain(() => (most = Math.max(most, tf.memory().numTensors))));
    tf.dispose(result);
    return most;
  };
  const ours = peak((f) => ({ ...valueAndGradients(f, weights) }) as unknown as tf.TensorContainer);
  const stock = peak((f) => tf.variableGrads(f, weights) as unknown as tf.TensorContainer);
  expect(ours).toBeLessThan(stock);
});
