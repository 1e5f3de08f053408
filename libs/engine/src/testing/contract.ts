import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../fused/attention.js';
import { composedBatchNorm, composedGradient, composedMoments } from '../fused/batch-norm.js';
import { sigmoidCrossEntropy, softmaxCrossEntropy } from '../fused/cross-entropy.js';
import { dropout, type DropoutOptions } from '../fused/dropout.js';
import { gatedResidual } from '../fused/gated-residual.js';
import { gelu } from '../fused/gelu.js';
import { layerNorm } from '../fused/layer-norm.js';
import { lstm, type LstmWeights } from '../fused/lstm.js';
import { adamW, globalNorm, sgd, type AdamWStep, type SgdStep } from '../fused/optimizer.js';

type Inputs = Readonly<Record<string, tf.Tensor>>;
type Attrs = Readonly<Record<string, unknown>>;
type Kernel = (inputs: Inputs, attrs: Attrs) => tf.Tensor | tf.Tensor[];

/** The ops by the names and inputs of their kernels: what a kernel must compute. Gradients are to the inputs in this order. */
const ops: Record<string, { inputs: readonly string[]; f(inputs: Inputs, attrs: Attrs): tf.Tensor; grad?: string }> = {
  CardioLayerNorm: {
    inputs: ['x', 'gamma', 'beta'],
    f: ({ x, gamma, beta }, { epsilon }) => layerNorm(x, gamma, beta, epsilon as number),
  },
  CardioGatedResidual: {
    inputs: [],
    f: ({ x, gate, shortcut }) => gatedResidual(x, gate, shortcut),
  },
  CardioGelu: { inputs: ['x'], f: ({ x }, { approximate }) => gelu(x, approximate as 'none') },
  CardioDropout: { inputs: [], f: ({ x }, attrs) => dropout(x, attrs as unknown as DropoutOptions) },
  CardioLstm: {
    inputs: ['x', 'kernel0', 'recurrent0', 'bias0', 'kernel1', 'recurrent1', 'bias1'],
    f: (inputs, { directions, reverse }) => {
      const weights = Array.from({ length: directions as number }, (_, d) => ({
        kernel: inputs[`kernel${d}`],
        recurrent: inputs[`recurrent${d}`],
        bias: inputs[`bias${d}`],
      })) as LstmWeights[];
      return lstm(inputs['x'] as tf.Tensor3D, weights, reverse as boolean);
    },
  },
  CardioAttention: {
    inputs: ['q', 'k', 'v', 'bias'],
    grad: 'dout',
    f: ({ q, k, v, bias }, attrs) =>
      attention(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D, {
        ...attrs,
        ...(bias && { bias: bias as tf.Tensor3D }),
      }),
  },
  CardioSoftmaxCrossEntropy: {
    inputs: ['logits'],
    grad: 'dloss',
    f: ({ logits, labels }) => softmaxCrossEntropy(logits as tf.Tensor2D, labels as tf.Tensor2D),
  },
  CardioSigmoidCrossEntropy: {
    inputs: ['logits'],
    grad: 'dloss',
    f: ({ logits, labels }) => sigmoidCrossEntropy(logits, labels),
  },
  CardioGlobalNorm: { inputs: [], f: (inputs) => globalNorm(Object.values(inputs)) },
};

/** Kernels that aren't of the form above. */
const others: Record<string, Kernel> = {
  CardioBatchMoments: ({ x }) => composedMoments(x),
  CardioBatchNorm: (inputs, attrs) => composedBatchNorm(inputs as never, attrs as never),
  CardioBatchNormGrad: (inputs, attrs) => composedGradient(inputs as never, attrs as never),
  CardioGatedResidualGrad: ({ dy, x, gate, y }) => {
    const g = tf.mul(dy, tf.step(y));
    return [tf.mul(g, gate), tf.sum(tf.mul(g, x), 1, true), g];
  },
  CardioAdamW: (inputs, attrs) => {
    const [p, g, m, v] = ['p', 'g', 'm', 'v'].map((letter) => listOf(inputs, letter, attrs)) as tf.Variable[][];
    adamW(p, g, m, v, attrs as unknown as AdamWStep);
    return [];
  },
  CardioSgd: (inputs, attrs) => {
    const [p, g, b] = ['p', 'g', 'b'].map((letter) => listOf(inputs, letter, attrs)) as tf.Variable[][];
    sgd(p, g, b[0] && b, attrs as unknown as SgdStep);
    return [];
  },
};

const listOf = (inputs: Inputs, letter: string, attrs: Attrs): (tf.Tensor | undefined)[] =>
  Array.from({ length: attrs['n'] as number }, (_, i) => inputs[`${letter}${i}`]);

/**
 * Registers and takes as tfjs's backend `contract`: the cpu engine with all fused kernels, each the composed op. It shows that the ops call their
 * kernels by the contract, with right names, inputs and attributes. Returns what records the names of the kernels that ran.
 */
export async function startContractBackend(): Promise<string[]> {
  const backend = 'contract';
  const calls: string[] = [];
  tf.registerBackend(backend, () => new MathBackendCPU());
  tf.copyRegisteredKernels('cpu', backend);

  const register = (kernelName: string, kernel: Kernel, composedOf = kernelName): void => {
    const config: tf.KernelConfig = {
      kernelName,
      backendName: backend,
      kernelFunc: ({ inputs, attrs }) => {
        calls.push(kernelName);
        const fused = tf.getKernel(composedOf, backend);
        tf.unregisterKernel(composedOf, backend); // so that the op composes
        try {
          return tf.tidy(() => kernel(inputs as Inputs, attrs as Attrs));
        } finally {
          tf.registerKernel(fused);
        }
      },
    };
    if (tf.getKernel(kernelName, backend)) tf.unregisterKernel(kernelName, backend); // a composed one, copied from cpu
    tf.registerKernel(config);
  };
  for (const [name, { inputs: names, f, grad = 'dy' }] of Object.entries(ops)) {
    register(name, (inputs, attrs) => {
      return f(inputs, attrs);
    });
    const gradient: Kernel = (inputs, attrs) => {
      const given = names.filter((input) => input in inputs);
      const missing = names.includes('beta') ? { beta: tf.zerosLike(inputs['gamma']) } : {};
      const all: Inputs = { ...inputs, ...missing };
      const order = [...given, ...Object.keys(missing)];
      const at = (...x: tf.Tensor[]): tf.Tensor =>
        f({ ...all, ...Object.fromEntries(order.map((input, i) => [input, x[i]])) }, attrs);
      const gradients = gradientsOf(at, order.map((input) => all[input]), inputs[grad]); // prettier-ignore
      return names.length === 1 ? gradients[0] : gradients;
    };
    if (names.length > 0) register(`${name}Grad`, gradient, name);
  }
  for (const [name, kernel] of Object.entries(others)) register(name, kernel);
  await tf.setBackend(backend);
  return calls;
}

/** The gradients of `f`, computed inside a kernel, where tfjs's tape is off: with the depth of kernels set to 0. */
function gradientsOf(f: (...x: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[], dy: tf.Tensor): tf.Tensor[] {
  const { state } = tf.engine();
  const { kernelDepth, activeTape, gradientDepth } = state;
  Object.assign(state, { kernelDepth: 0, activeTape: undefined, gradientDepth: 0 });
  try {
    return tf.grads(f)(inputs, dy);
  } finally {
    Object.assign(state, { kernelDepth, activeTape, gradientDepth });
  }
}
