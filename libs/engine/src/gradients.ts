import * as tf from '@tensorflow/tfjs-core';
// tfjs-core's own Node bundle registers no gradients. The bundle of tfjs-layers carries a copy of all of them and registers it in the
// gradient registry, which lives on the global object and so is one for every copy of tfjs-core in the process.
import '@tensorflow/tfjs-layers';

const marker = Symbol.for('@cardio/engine/gradients');

/**
 * Replaces three of tfjs's gradients, for every engine, by ones that make fewer tensors of the input's size: FusedBatchNorm 3 instead of
 * 10, Mean 1 instead of 3 (one of which, `tf.ones`, is filled in JavaScript and copied over), Sum 1 instead of 2. The values are the same.
 * And one, Cumsum's, that tfjs transposes wrongly unless the axis is the last.
 */
export function registerGradients(): void {
  const realm = globalThis as { [marker]?: true };
  if (realm[marker]) return;
  realm[marker] = true;
  replace('FusedBatchNorm', batchNormGradient);
  replace('Mean', (dy, [x], attrs) => ({ x: () => spread(dy, x.shape, attrs['axis'] as number[], true) }));
  replace('Sum', (dy, [x], attrs) => ({ x: () => spread(dy, x.shape, attrs['axis'] as number[], false) }));
  replace('Cumsum', (dy, [x], { axis, exclusive, reverse }) => {
    const [counted] = tf.util.parseAxisParam(axis as number, x.shape);
    return { x: () => tf.cumsum(dy, counted, Boolean(exclusive), !reverse) };
  });
}

type Gradient = (
  dy: tf.Tensor,
  saved: tf.Tensor[],
  attrs: tf.NamedAttrMap,
  stock: tf.GradFunc,
) => ReturnType<tf.GradFunc>;

function replace(kernelName: string, gradient: Gradient): void {
  const stock = tf.getGradient(kernelName);
  tf.unregisterGradient(kernelName);
  tf.registerGradient({
    ...stock,
    gradFunc: (dy, saved, attrs) => gradient(dy as tf.Tensor, saved, attrs, stock.gradFunc),
  });
}

/** The gradient of a sum or mean over `axis` goes in equal parts to all that was summed. */
function spread(dy: tf.Tensor, shape: number[], axis: number[], isMean: boolean): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis, shape);
  const count = axes.reduce((product, a) => product * shape[a], 1);
  const kept = shape.map((size, a) => (axes.includes(a) ? 1 : size));
  return tf.broadcastTo(tf.reshape(isMean ? tf.div(dy, count) : dy, kept), shape);
}

/** y = (x - mean) * slope + offset, with slope = scale / sqrt(variance + epsilon), all per channel (the last axis). */
const batchNormGradient: Gradient = (dy, saved, attrs, stock) => {
  const [x, mean, variance, scale] = saved;
  if (mean.rank !== 1) return stock(dy, saved, attrs);

  const axes = tf.broadcast_util.getReductionAxes(mean.shape, x.shape);
  const inverse = tf.rsqrt(tf.add(variance, attrs['varianceEpsilon'] as number));
  const slope = tf.mul(inverse, scale);
  const total = tf.sum(dy, axes);
  const totalByDeviation = tf.sum(tf.mul(dy, tf.sub(x, mean)), axes);
  return {
    x: () => tf.mul(dy, slope),
    mean: () => tf.neg(tf.mul(total, slope)),
    variance: () => tf.mul(totalByDeviation, tf.mul(tf.mul(slope, tf.square(inverse)), -0.5)),
    scale: () => tf.mul(totalByDeviation, inverse),
    offset: () => tf.clone(total),
  };
};
