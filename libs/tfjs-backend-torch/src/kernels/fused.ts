import * as tf from '@tensorflow/tfjs-core';
import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { TensorData } from '../tensor-data.js';
import type { Attributes, Inputs, Kernel, Kernels } from './kernel.js';

const numberOf = (attributes: Attributes, name: string): number => attributes[name] as number;

/** The handles of inputs by name; undefined for those that are not given. */
const handles = (backend: TorchBackend, inputs: Inputs, ...names: string[]): Handle[] =>
  names.map((name) => {
    if (!inputs[name]) throw new Error(`The input \`${name}\` is missing.`);
    return backend.handle(inputs[name]);
  });

const floats = (backend: TorchBackend, results: Handle[]): tf.TensorInfo[] =>
  results.map((handle) => backend.wrap(handle, 'float32'));

/** kernel, recurrent kernel and bias of each direction */
const lstmWeights = (backend: TorchBackend, inputs: Inputs, attributes: Attributes): Handle[] =>
  Array.from({ length: numberOf(attributes, 'directions') }, (_, d) =>
    handles(backend, inputs, `kernel${d}`, `recurrent${d}`, `bias${d}`),
  ).flat();

const attentionSettings = (attributes: Attributes): [number, number, number, number] => [
  numberOf(attributes, 'scale'),
  (attributes['rate'] as number | undefined) ?? 0,
  (attributes['seed'] as number | undefined) ?? 0,
  (attributes['step'] as number | undefined) ?? 0,
];

const optional = (backend: TorchBackend, x: tf.TensorInfo | undefined): Handle | undefined => x && backend.handle(x);

/** n inputs with a common prefix, in order. */
const series = (inputs: Inputs, prefix: string, n: number): tf.TensorInfo[] =>
  Array.from({ length: n }, (_, i) => {
    const x = inputs[`${prefix}${i}`] as tf.TensorInfo | undefined;
    if (!x) throw new Error(`The input \`${prefix}${i}\` is missing.`);
    return x;
  });

/**
 * A tensor that will be written in place. Where a variable shares its values with another tensor (after `assign`, as when weights are
 * restored), it gets a copy of its own first, so that the other one keeps its values.
 */
function owned(backend: TorchBackend, x: tf.TensorInfo): Handle {
  const data = x.dataId;
  if (!(data instanceof TensorData) || data.references === 1) {
    backend.dropViews(x);
    return backend.handle(x);
  }
  if (!(x instanceof tf.Variable)) {
    throw new Error('A tensor that is to be updated in place shares its values with another one; use a variable.');
  }
  const copy = tf
    .engine()
    .makeTensorFromTensorInfo(backend.wrap(backend.addon.alias(backend.handle(x)), x.dtype, x.shape));
  x.assign(copy);
  copy.dispose();
  return backend.handle(x);
}

const adamW: Kernel = (backend, inputs, attributes) => {
  const n = numberOf(attributes, 'n');
  const [p, m, v] = ['p', 'm', 'v'].map((prefix) => series(inputs, prefix, n).map((x) => owned(backend, x)));
  const g = series(inputs, 'g', n).map((x) => backend.handle(x));
  const settings = ['learningRate', 'beta1', 'beta2', 'epsilon', 'step', 'gradScale'];
  backend.addon.adamW(
    p,
    g,
    m,
    v,
    attributes['weightDecays'] as number[],
    settings.map((name) => numberOf(attributes, name)),
  );
  return [];
};

const sgd: Kernel = (backend, inputs, attributes) => {
  const n = numberOf(attributes, 'n');
  const p = series(inputs, 'p', n).map((x) => owned(backend, x));
  const g = series(inputs, 'g', n).map((x) => backend.handle(x));
  const buffers = inputs['b0'] ? series(inputs, 'b', n).map((x) => owned(backend, x)) : [];
  const settings = ['learningRate', 'momentum', 'gradScale'].map((name) => numberOf(attributes, name));
  backend.addon.sgd(p, g, buffers, attributes['weightDecays'] as number[], settings);
  return [];
};

/** Kernels of the `@cardio/engine` fused ops, each one call into libtorch or a loop of our own. */
export const fused: Kernels = {
  CardioBatchMoments: (backend, { x }) => backend.wrap(backend.addon.batchMoments(backend.handle(x)), 'float32'),
  CardioBatchNorm: (backend, inputs, attributes) => {
    const [x, moments, gamma, beta] = handles(backend, inputs, 'x', 'moments', 'gamma', 'beta');
    const y = backend.addon.batchNorm(
      x,
      moments,
      gamma,
      beta,
      numberOf(attributes, 'epsilon'),
      Boolean(attributes['relu']),
    );
    return backend.wrap(y, 'float32', inputs['x'].shape);
  },
  CardioBatchNormGrad: (backend, inputs, attributes) => {
    const [dy, x, moments, gamma] = handles(backend, inputs, 'dy', 'x', 'moments', 'gamma');
    const y = optional(backend, inputs['y']);
    const results = backend.addon.batchNormGradient(dy, x, moments, gamma, y, numberOf(attributes, 'epsilon'));
    return floats(backend, results);
  },
  CardioGatedResidual: (backend, inputs) => {
    const [x, gate, shortcut] = handles(backend, inputs, 'x', 'gate', 'shortcut');
    return backend.wrap(backend.addon.gatedResidual(x, gate, shortcut), 'float32', inputs['x'].shape);
  },
  CardioGatedResidualGrad: (backend, inputs) => {
    const [dy, x, gate, y] = handles(backend, inputs, 'dy', 'x', 'gate', 'y');
    return floats(backend, backend.addon.gatedResidualGradient(dy, x, gate, y));
  },
  CardioLayerNorm: (backend, inputs, attributes) => {
    const [x, gamma, beta] = handles(backend, inputs, 'x', 'gamma', 'beta');
    const y = backend.addon.layerNorm(x, gamma, beta, numberOf(attributes, 'epsilon'));
    return backend.wrap(y, 'float32', inputs['x'].shape);
  },
  CardioLayerNormGrad: (backend, inputs, attributes) => {
    const [dy, x, gamma, y] = handles(backend, inputs, 'dy', 'x', 'gamma', 'y');
    return floats(backend, backend.addon.layerNormGradient(dy, x, gamma, y, numberOf(attributes, 'epsilon')));
  },
  CardioGelu: (backend, { x }, { approximate }) =>
    backend.wrap(backend.addon.gelu(backend.handle(x), approximate === 'tanh'), 'float32', x.shape),
  CardioGeluGrad: (backend, { dy, x }, { approximate }) =>
    backend.wrap(
      backend.addon.geluGradient(backend.handle(dy), backend.handle(x), approximate === 'tanh'),
      'float32',
      x.shape,
    ),
  CardioLstm: (backend, inputs, attributes) => {
    const weights = lstmWeights(backend, inputs, attributes);
    return backend.wrap(
      backend.addon.lstm(backend.handle(inputs['x']), weights, Boolean(attributes['reverse'])),
      'float32',
    );
  },
  CardioLstmGrad: (backend, inputs, attributes) => {
    const [dy, x, y] = handles(backend, inputs, 'dy', 'x', 'y');
    const weights = lstmWeights(backend, inputs, attributes);
    return floats(backend, backend.addon.lstmGradient(dy, x, weights, Boolean(attributes['reverse']), y));
  },
  CardioAttention: (backend, inputs, attributes) => {
    const [q, k, v] = handles(backend, inputs, 'q', 'k', 'v');
    const bias = optional(backend, inputs['bias']);
    const result = backend.addon.attention(q, k, v, bias, ...attentionSettings(attributes));
    return backend.wrap(result, 'float32', inputs['q'].shape);
  },
  CardioAttentionGrad: (backend, inputs, attributes) => {
    const [dout, q, k, v, out] = handles(backend, inputs, 'dout', 'q', 'k', 'v', 'out');
    const bias = optional(backend, inputs['bias']);
    return floats(backend, backend.addon.attentionGradient(dout, q, k, v, bias, out, ...attentionSettings(attributes)));
  },
  CardioDropout: (backend, { x }, attributes) => {
    const [rate, seed, step] = ['rate', 'seed', 'step'].map((name) => numberOf(attributes, name));
    return backend.wrap(backend.addon.dropout(backend.handle(x), rate, seed, step), 'float32', x.shape);
  },
  CardioSoftmaxCrossEntropy: (backend, inputs) => {
    const [logits, labels] = handles(backend, inputs, 'logits', 'labels');
    return backend.wrap(backend.addon.softmaxCrossEntropy(logits, labels), 'float32');
  },
  CardioSoftmaxCrossEntropyGrad: (backend, inputs) => {
    const [dloss, logits, labels] = handles(backend, inputs, 'dloss', 'logits', 'labels');
    const result = backend.addon.softmaxCrossEntropyGradient(dloss, logits, labels);
    return backend.wrap(result, 'float32', inputs['logits'].shape);
  },
  CardioSigmoidCrossEntropy: (backend, inputs) => {
    const [logits, labels] = handles(backend, inputs, 'logits', 'labels');
    return backend.wrap(backend.addon.sigmoidCrossEntropy(logits, labels), 'float32', inputs['logits'].shape);
  },
  CardioSigmoidCrossEntropyGrad: (backend, inputs) => {
    const [dloss, logits, labels] = handles(backend, inputs, 'dloss', 'logits', 'labels');
    const result = backend.addon.sigmoidCrossEntropyGradient(dloss, logits, labels);
    return backend.wrap(result, 'float32', inputs['logits'].shape);
  },
  CardioGlobalNorm: (backend, inputs) =>
    backend.wrap(backend.addon.globalNorm(Object.values(inputs).map((x) => backend.handle(x))), 'float32', []),
  CardioAdamW: adamW,
  CardioSgd: sgd,
};
