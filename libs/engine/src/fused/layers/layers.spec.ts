import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { startEngine } from '../../start.js';
import { availableEngines, normal, relativeError } from '../../testing/engines.js';
import { reload } from '../../testing/reload.js';
import { dropoutMask } from '../dropout-mask.js';
import {
  DropPath,
  FusedBatchNorm,
  FusedLayerNorm,
  FusedLstm,
  Gelu,
  LayerScale,
  MultiHeadAttention,
  PositionEmbedding,
  registerLayers,
  RelativePositionBias,
} from '../../index.js';

type Node = tfl.SymbolicTensor;

/** A model of one input `[B, 6, 4]` with seeded weights, so that none is zero or one. */
function modelOf(body: (x: Node) => Node, seed = 1): tfl.LayersModel {
  const x = tfl.input({ shape: [6, 4] });
  const model = tfl.model({ inputs: x, outputs: body(x) });
  seedWeights(model, seed);
  return model;
}

function seedWeights(model: tfl.LayersModel, seed: number): void {
  model.weights.forEach((weight, i) => {
    const values = normal(weight.shape as [number], seed + i);
    weight.write(weight.originalName.includes('variance') ? tf.square(values) : values);
  });
}

const apply = (layer: tfl.layers.Layer, x: Node | Node[]): Node => layer.apply(x) as Node;
const outputOf = (model: tfl.LayersModel, x: tf.Tensor, training = false): tf.Tensor =>
  model.apply(x, { training }) as tf.Tensor;
const error = (actual: tf.Tensor, expected: tf.Tensor): number =>
  tf.util.arraysEqual(actual.shape, expected.shape)
    ? relativeError(actual.dataSync() as Float32Array, expected.dataSync() as Float32Array)
    : Infinity;
const tolerance = 1e-5;

describe.each(await availableEngines())('on the %s engine', (engine) => {
  beforeAll(async () => {
    await startEngine(engine);
    registerLayers();
  });
  const x = (): tf.Tensor => normal([3, 6, 4], 100);

  const table: Record<string, (x: Node) => Node> = {
    FusedBatchNorm: (n) => apply(new FusedBatchNorm({ momentum: 0.7, epsilon: 1e-4 }), n),
    FusedLayerNorm: (n) => apply(new FusedLayerNorm({ epsilon: 1e-3 }), n),
    FusedLstm: (n) => apply(new FusedLstm({ units: 3, bidirectional: true, returnSequences: true, seed: 7 }), n),
    'FusedLstm of the last step': (n) => apply(new FusedLstm({ units: 3 }), n),
    'MultiHeadAttention with relative positions': (n) => {
      const bias = apply(new RelativePositionBias({ heads: 2 }), n);
      return apply(new MultiHeadAttention({ heads: 2, rate: 0.2, seed: 3 }), [n, bias]);
    },
    DropPath: (n) => apply(new DropPath({ rate: 0.5, seed: 2 }), n),
    Gelu: (n) => apply(new Gelu({ approximate: 'tanh' }), n),
    LayerScale: (n) => apply(new LayerScale({ initial: 0.1 }), n),
    'PositionEmbedding, learned': (n) => apply(new PositionEmbedding({ kind: 'learned', seed: 4 }), n),
    'PositionEmbedding, sinusoidal': (n) => apply(new PositionEmbedding({ kind: 'sinusoidal' }), n),
  };

  test.each(Object.entries(table))(
    '%s: a saved model loads with its configuration, weights and results',
    async (_, body) => {
      const model = modelOf(body);
      const loaded = await reload(model);
      expect(loaded.layers.map((layer) => layer.getConfig())).toEqual(model.layers.map((layer) => layer.getConfig()));
      expect(loaded.outputs[0].shape).toEqual(outputOf(model, x()).shape.with(0, null as never));
      for (const training of [false, true])
        expect(outputOf(loaded, x(), training).dataSync()).toEqual(outputOf(model, x(), training).dataSync());
    },
  );

  test('FusedBatchNorm is tf.layers.batchNormalization: weights, training, moving averages, inference', () => {
    const config = { momentum: 0.7, epsilon: 1e-2 };
    const ours = modelOf((n) => apply(new FusedBatchNorm(config), n));
    const stock = modelOf((n) => apply(tfl.layers.batchNormalization(config), n));
    const names = (model: tfl.LayersModel): string[] =>
      model.weights.map((w) => w.originalName.split('/').at(-1) ?? '');
    expect(names(ours)).toEqual(names(stock));
    expect(ours.trainableWeights).toHaveLength(2);
    for (const training of [false, true, false])
      expect(error(outputOf(ours, x(), training), outputOf(stock, x(), training))).toBeLessThan(tolerance);
    ours.getWeights().forEach((w, i) => expect(error(w, stock.getWeights()[i])).toBeLessThan(tolerance));
  });

  test.each([true, false])('FusedLstm takes the weights of tf.layers.lstm, returnSequences %s', (returnSequences) => {
    const stock = (): tfl.layers.Layer =>
      tfl.layers.lstm({
        units: 3,
        returnSequences,
        recurrentActivation: 'sigmoid',
        recurrentInitializer: 'glorotUniform',
      });
    const pairs: [tfl.layers.Layer, tfl.layers.Layer][] = [
      [new FusedLstm({ units: 3, returnSequences }), stock()],
      [
        new FusedLstm({ units: 3, returnSequences, bidirectional: true }),
        tfl.layers.bidirectional({ layer: stock() as tfl.RNN, mergeMode: 'concat' }),
      ],
    ];
    for (const [fused, plain] of pairs) {
      const [a, b] = [fused, plain].map((layer) => modelOf((n) => apply(layer, n)));
      a.setWeights(b.getWeights());
      expect(error(outputOf(a, x()), outputOf(b, x()))).toBeLessThan(tolerance);
      expect(a.outputs[0].shape).toEqual(b.outputs[0].shape);
    }
  });

  test('FusedLstm starts with forget gates at 1 and other biases at 0', () => {
    const layer = new FusedLstm({ units: 2, bidirectional: true });
    layer.build([null, 5, 3]);
    const biases = layer.weights.filter((w) => w.originalName.includes('bias')).map((w) => [...w.read().dataSync()]);
    expect(biases).toEqual(Array(2).fill([0, 0, 1, 1, 0, 0, 0, 0]));
  });

  test('RelativePositionBias gives each pair the number of its distance', () => {
    const layer = new RelativePositionBias({ heads: 2 });
    const node = tfl.input({ shape: [3, 4] });
    const model = tfl.model({ inputs: node, outputs: apply(layer, node) });
    layer.setWeights([tf.tensor2d([-2, -20, -1, -10, 0, 0, 1, 10, 2, 20], [5, 2])]); // distance d, and 10 d
    const bias = outputOf(model, tf.zeros([7, 3, 4]));
    expect(bias.arraySync()).toEqual(
      [1, 10].map((unit) => [0, 1, 2].map((q) => [0, 1, 2].map((k) => 0 + unit * (k - q)))),
    );
  });

  test('MultiHeadAttention with all its weight on no particular step mixes values alike', () => {
    const layer = new MultiHeadAttention({ heads: 2 });
    const node = tfl.input({ shape: [6, 4] });
    const model = tfl.model({ inputs: node, outputs: apply(layer, node) });
    // no queries, no keys; values and output are the identity
    const qkv = tf.concat([tf.zeros([4, 8]), tf.eye(4)], 1);
    layer.setWeights([qkv, tf.zeros([12]), tf.eye(4), tf.zeros([4])]);
    const expected = tf.tile(tf.mean(x(), 1, true), [1, 6, 1]);
    expect(error(outputOf(model, x()), expected)).toBeLessThan(tolerance);
  });

  test('DropPath drops examples by the mask of its seed and step in training alone', () => {
    const layer = new DropPath({ rate: 0.5, seed: 2 });
    layer.beginStep(3);
    const ones = tf.ones([8, 2]);
    const dropped = layer.apply(ones, { training: true }) as tf.Tensor;
    expect([...dropped.dataSync()]).toEqual([...dropoutMask(8, 0.5, 2, 3)].flatMap((factor) => [factor, factor]));
    expect((layer.apply(ones) as tf.Tensor).dataSync()).toEqual(ones.dataSync());
  });

  test('training steps of every layer leave no tensor behind', () => {
    const model = modelOf((n) => {
      const bias = apply(new RelativePositionBias({ heads: 2 }), n);
      let y = apply(new FusedBatchNorm(), apply(new PositionEmbedding({ kind: 'sinusoidal' }), n));
      y = apply(new MultiHeadAttention({ heads: 2, rate: 0.2 }), [apply(new FusedLayerNorm(), y), bias]);
      y = apply(new DropPath({ rate: 0.2, seed: 1 }), apply(new LayerScale({ initial: 0.1 }), apply(new Gelu(), y)));
      return apply(new FusedLstm({ units: 2, bidirectional: true }), y);
    });
    const input = x();
    const variables = model.trainableWeights.map((w) => w.read() as tf.Variable);
    const step = (): void => {
      const loss = (): tf.Scalar => tf.sum(tf.square(outputOf(model, input, true))) as tf.Scalar;
      tf.dispose(tf.variableGrads(loss, variables) as never);
    };
    step();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) step();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('heads must divide the width', async () => {
  await startEngine('cpu');
  expect(() => new MultiHeadAttention({ heads: 3, name: 'mix' }).apply(tfl.input({ shape: [5, 4] }))).toThrow(
    '`heads` must divide the width 4; received 3 (layer `mix`).',
  );
});
