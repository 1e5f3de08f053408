import * as tf from '@tensorflow/tfjs-core';

/** The ops that tensors have as methods by TensorFlow.js's documentation, each the function of that name with the tensor first. */
const chained =
  `abs acos acosh add all any argMax argMin asin asinh atan atan2 atanh avgPool batchNorm batchToSpaceND broadcastTo cast ceil
  clipByValue conv1d conv2d conv2dTranspose cos cosh cumprod cumsum depthToSpace depthwiseConv2d dilation2d div divNoNan dot elu equal erf
  euclideanNorm exp expandDims expm1 fft floor floorDiv gather greater greaterEqual ifft irfft isFinite isInf isNaN leakyRelu less
  lessEqual localResponseNormalization log log1p logSigmoid logSoftmax logSumExp logicalAnd logicalNot logicalOr logicalXor matMul max
  maxPool maximum mean min minimum mirrorPad mod mul neg norm notEqual oneHot onesLike pad pool pow prelu prod reciprocal relu relu6
  reshape reverse rfft round rsqrt selu separableConv2d sigmoid sign sin sinh slice softmax softplus spaceToBatchND split sqrt square
  squaredDifference squeeze step stridedSlice sub sum tan tanh tile topk transpose unique unsortedSegmentSum unstack zerosLike`.split(
    /\s+/,
  );

type Method = (this: tf.Tensor, ...args: never[]) => unknown;

/** Methods that are no function of the same name and order. */
const special: Readonly<Record<string, Method>> = {
  concat(other: tf.Tensor | tf.Tensor[], axis?: number) {
    return tf.concat([this, ...[other].flat()], axis);
  },
  stack(other: tf.Tensor | tf.Tensor[], axis?: number) {
    return tf.stack([this, ...[other].flat()], axis);
  },
  where(condition: tf.Tensor, other: tf.Tensor) {
    return tf.where(condition, this, other);
  },
  flatten() {
    return tf.reshape(this, [this.size]);
  },
  asScalar() {
    return tf.reshape(this, []);
  },
  reshapeAs(other: tf.Tensor) {
    return tf.reshape(this, other.shape);
  },
  toFloat() {
    return tf.cast(this, 'float32');
  },
  toInt() {
    return tf.cast(this, 'int32');
  },
  toBool() {
    return tf.cast(this, 'bool');
  },
};

/**
 * Gives tensors their methods (`x.add(y)`, `x.flatten()`): tfjs-core's Node bundle registers none, so that code written after its
 * documentation fails, and so does a plain `tfl.layers.lstm` ("rMat.flatten is not a function", in its default initialiser).
 * Methods that are there already stay.
 */
export function registerChainedOps(): void {
  const functions = tf as unknown as Readonly<Record<string, (x: tf.Tensor, ...args: unknown[]) => unknown>>; // by name
  const delegating = chained.map((name): [string, Method] => [
    name,
    function (...args: unknown[]) {
      return functions[name](this, ...args);
    },
  ]);
  for (const [name, value] of [...delegating, ...Object.entries(special)]) {
    if (name in tf.Tensor.prototype) continue;
    Object.defineProperty(tf.Tensor.prototype, name, { value, configurable: true, writable: true });
  }
}
