import * as tf from '@tensorflow/tfjs-core';
import type { Kernel, Kernels } from './kernel.js';

const fusedBatchNorm: Kernel = (backend, inputs, attributes) => {
  const { x, mean, variance, offset, scale } = inputs;
  const result = backend.addon.normalise(
    backend.handle(x),
    backend.handle(mean),
    backend.handle(variance),
    offset && backend.handle(offset),
    scale && backend.handle(scale),
    (attributes['varianceEpsilon'] as number | null | undefined) ?? 0.001,
  );
  return backend.wrap(result, 'float32', x.shape);
};

/** Normalisation and softmax. */
export const normalisations: Kernels = {
  FusedBatchNorm: fusedBatchNorm,
  Softmax: (backend, { logits }, { dim }) => {
    const [axis] = tf.util.parseAxisParam(dim as number, logits.shape);
    return backend.wrap(backend.addon.softmax(backend.handle(logits), axis), 'float32', logits.shape);
  },
  LogSoftmax: (backend, { logits }, attributes) => {
    const [axis] = tf.util.parseAxisParam(attributes['axis'] as number, logits.shape);
    return backend.wrap(backend.addon.logSoftmax(backend.handle(logits), axis), 'float32', logits.shape);
  },
};
