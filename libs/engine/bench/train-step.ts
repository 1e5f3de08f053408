// Times one training step (forward, backward, AdamW update) of two models on an engine, and says which kernels it went to:
//   npx tsx --conditions @cardio/source libs/engine/bench/train-step.ts [resnet,lstm] [steps] [engine]
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { startEngine, type EngineName } from '../src/index.js';
import { profileKernels } from './profile.js';
import { cnnLstm, seResnet } from '../src/testing/models.js';

const cases = {
  resnet: { title: 'SE-ResNet1D 8.8 M, 32 x 1000 x 12', create: () => seResnet(), shape: [32, 1000, 12] },
  lstm: { title: 'CNN-LSTM, 128 x 180 x 1', create: () => cnnLstm(), shape: [128, 180, 1] },
};

/** AdamW in plain tfjs ops, as a trainer would write it. */
function createAdamW(weights: tf.Variable[], learningRate: number): (gradients: tf.Tensor[]) => void {
  const moments = weights.map((w) => [tf.variable(tf.zerosLike(w), false), tf.variable(tf.zerosLike(w), false)]);
  let step = 0;
  return (gradients) => {
    step++;
    const rate = (learningRate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
    weights.forEach((weight, i) =>
      tf.tidy(() => {
        const [m, v] = moments[i];
        m.assign(tf.add(tf.mul(m, 0.9), tf.mul(gradients[i], 0.1)));
        v.assign(tf.add(tf.mul(v, 0.999), tf.mul(tf.square(gradients[i]), 0.001)));
        const update = tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), 1e-8));
        weight.assign(tf.sub(tf.mul(weight, 1 - learningRate * 0.01), update) as tf.Tensor);
      }),
    );
  };
}

function createStep(model: LayersModel, x: tf.Tensor, y: tf.Tensor): () => number {
  const weights = model.trainableWeights.map((w) => w.read() as tf.Variable);
  const update = createAdamW(weights, 1e-3);
  return () => {
    const loss = () => tf.losses.sigmoidCrossEntropy(y, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar;
    const { value, grads } = tf.variableGrads(loss, weights);
    update(weights.map((w) => grads[w.name]));
    const result = value.dataSync()[0];
    tf.dispose([value, grads]);
    return result;
  };
}

const [names = 'resnet,lstm', steps = '5', engine = 'wasm'] = process.argv.slice(2);
const info = await startEngine(engine as EngineName);
for (const name of names.split(',') as (keyof typeof cases)[]) {
  const { title, create, shape } = cases[name];
  const model = create();
  const x = tf.randomNormal(shape, 0, 1, 'float32', 1);
  const y = tf.cast(tf.greater(tf.randomUniform([shape[0], 5], 0, 1, 'float32', 2), 0.5), 'float32');
  const step = createStep(model, x, y);
  step();

  const times: number[] = [];
  const losses: number[] = [];
  for (let i = 0; i < Number(steps); i++) {
    const start = performance.now();
    losses.push(step());
    times.push(performance.now() - start);
  }
  const tensors = tf.memory().numTensors;
  const report = profileKernels(info.name, step);
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
  console.log(`${title} on ${info.name}, ${info.threads} thread(s), ${model.countParams()} parameters`);
  console.log(
    `  step: median ${median.toFixed(0)} ms, best ${Math.min(...times).toFixed(0)} ms; loss ${losses[0].toFixed(3)} -> ${losses.at(-1)?.toFixed(3)}; ${tensors} tensors`,
  );
  console.log(report);
}
