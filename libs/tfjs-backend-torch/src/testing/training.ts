import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { normal, seededRandom, toTensor, ints, uniform } from './inputs.js';

/** A model to be trained for a few steps. */
export interface Training {
  readonly model: () => tfl.LayersModel;
  readonly optimizer: () => tf.Optimizer;
  readonly loss: string;
  readonly metrics?: string[];
  /** Inputs are whole numbers below this. */
  readonly indices?: number;
  readonly steps?: number;
}

/** Outputs before, losses (with metrics) of every step, weights and outputs after. */
type Trace = Record<string, number[]>;

const batch = 3;

/** Trains on a backend, from the same weights, the same data and the same random numbers on each. */
export async function train(which: Training, backend: string): Promise<Trace> {
  await tf.setBackend(backend);
  const { random } = Math;
  Math.random = seededRandom(7); // unseeded dropout and noise draw from it
  const before = tf.memory().numTensors;
  try {
    const model = which.model();
    setWeights(model);
    model.compile({ optimizer: which.optimizer(), loss: which.loss, metrics: which.metrics ?? [] });
    const trace = await run(model, which);
    model.optimizer.dispose();
    model.dispose();
    return { ...trace, tensorsLeft: [tf.memory().numTensors - before] };
  } finally {
    Math.random = random;
    tf.disposeVariables();
  }
}

async function run(model: tfl.LayersModel, { indices, loss, steps = 2 }: Training): Promise<Trace> {
  const shape = (model.inputs[0].shape as number[]).slice(1);
  const x = toTensor(indices ? ints(0, indices, batch, ...shape) : normal(batch, ...shape), 1);
  const predict = (): [tf.Tensor, number[]] => {
    const y = model.predict(x) as tf.Tensor;
    return [y, [...y.dataSync()]];
  };
  const [first, outputs] = predict();
  const y = target(loss, first.shape);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push(...[await model.trainOnBatch(x, y)].flat());
  const [last, trained] = predict();
  const weights = model.getWeights().map((weight) => [...weight.dataSync()]);
  tf.dispose([x, y, first, last]);
  return { outputs, losses, trained, ...Object.fromEntries(weights.map((values, i) => [`weight ${i}`, values])) };
}

function target(loss: string, shape: number[]): tf.Tensor {
  const classes = shape.at(-1) as number;
  if (loss.startsWith('sparse')) return toTensor({ ...ints(0, classes, shape[0], 1), dtype: 'float32' }, 2);
  if (loss !== 'categoricalCrossentropy') return toTensor(uniform(0.1, 0.9, ...shape), 2);
  return tf.tidy(() => tf.cast(tf.oneHot(toTensor(ints(0, classes, shape[0]), 2) as tf.Tensor1D, classes), 'float32'));
}

/** Small weights that do not depend on the backend; variances positive. */
function setWeights(model: tfl.LayersModel): void {
  const weights = model.weights.map(({ name, shape }, i) =>
    toTensor(
      name.includes('variance')
        ? uniform(0.5, 1.5, ...(shape as number[]))
        : uniform(-0.5, 0.5, ...(shape as number[])),
      10 + i,
    ),
  );
  model.setWeights(weights);
  tf.dispose(weights);
}

/** Where two traces differ by more than `bound` of the largest value of their kind. */
export function traceDifferences(actual: Trace, expected: Trace, bound: number): string[] {
  return Object.entries(expected).flatMap(([what, values]) => {
    const scale = Math.max(1e-3, ...values.map(Math.abs));
    const worst = Math.max(
      0,
      ...values.map((v, i) => (Object.is(v, actual[what][i]) ? 0 : Math.abs(actual[what][i] - v) / scale || 0)),
    );
    const sameNaN = values.every((v, i) => Number.isNaN(v) === Number.isNaN(actual[what][i]));
    return worst <= bound && sameNaN && actual[what].length === values.length
      ? []
      : [`${what}: off by ${worst.toExponential(1)}`];
  });
}
