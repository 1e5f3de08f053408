import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { losses, networks, optimizers } from './models.js';
import type { Training } from './training.js';

const sgd = (): tf.Optimizer => tf.train.sgd(0.1);

/** A layer is trained with a dense one before it, so that its input's gradient counts too. */
const ofLayers: [name: string, training: Training][] = networks().map(({ name, shape, indices, isFirst }, i) => [
  name,
  {
    optimizer: sgd,
    loss: 'meanSquaredError',
    ...(indices !== undefined && { indices }),
    model: () => {
      const input = tfl.input({ shape });
      const before = indices || isFirst ? input : tfl.layers.dense({ units: shape.at(-1) as number }).apply(input);
      const y = networks()[i].build(before as tfl.SymbolicTensor);
      return tfl.model({ inputs: input, outputs: tfl.layers.dense({ units: 2 }).apply(y) as tfl.SymbolicTensor });
    },
  },
]);

const classifier = (activation: 'sigmoid' | 'softmax' | 'linear') => (): tfl.LayersModel => {
  const hidden = tfl.layers.dense({ units: 6, activation: 'tanh', inputShape: [5] });
  return tfl.sequential({ layers: [hidden, tfl.layers.dense({ units: 3, activation })] });
};

const makers: Record<(typeof optimizers)[number], () => tf.Optimizer> = {
  sgd,
  momentum: () => tf.train.momentum(0.1, 0.9, true),
  adam: () => tf.train.adam(0.01),
  adamax: () => tf.train.adamax(0.01),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.5),
  'rmsprop centered': () => tf.train.rmsprop(0.01, 0.9, 0, 1e-12, true),
  adagrad: () => tf.train.adagrad(0.05),
  adadelta: () => tf.train.adadelta(0.5),
};
const ofOptimizers = optimizers.map((name): [string, Training] => [
  name,
  { model: classifier('linear'), optimizer: makers[name], loss: 'meanSquaredError', steps: 5 },
]);

const ofLosses = losses.map(([loss, activation]): [string, Training] => [
  loss,
  { model: classifier(activation), optimizer: sgd, loss, metrics: ['accuracy', 'mse'], steps: 3 },
]);

/** What is trained, by kind. */
export const trainings: Readonly<Record<string, [name: string, training: Training][]>> = {
  layers: ofLayers,
  optimizers: ofOptimizers,
  losses: ofLosses,
};
