import * as tf from '@tensorflow/tfjs-core';

/** Whether the running engine has this kernel of its own; where it hasn't, the op is composed of ordinary ones. */
export const hasKernel = (name: string): boolean => tf.getKernel(name, tf.getBackend()) !== undefined;

/**
 * Whether an op is to run as the kernel of its name: where the engine has it with its gradient, and, for a composed one that
 * {@link registerPortable} put in its place, where no gradient will be asked for.
 */
export function runsAsKernel(name: string): boolean {
  const { gradientDepth, kernelDepth } = tf.engine().state;
  const isTaped = gradientDepth > 0 && kernelDepth === 0;
  return hasKernel(name) && (hasKernel(`${name}Grad`) || !isTaped);
}

/** A kernel composed of ordinary ops: it works on every engine. */
export interface PortableKernel {
  readonly kernelName: string;
  /** Names of the inputs, in the order of `compute`'s; those that are absent are left out. */
  readonly inputs: readonly string[];
  compute(inputs: tf.Tensor[], attrs: never): tf.Tensor;
}

/**
 * Registers a kernel with the running engine where it has none of its own, so that in inference the op is one step for whoever watches
 * kernels, as the ONNX export does.
 */
export function registerPortable({ kernelName, inputs: names, compute }: PortableKernel): void {
  if (hasKernel(kernelName)) return;
  tf.registerKernel({
    kernelName,
    backendName: tf.getBackend(),
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() =>
        compute(
          names.flatMap((name) => (inputs[name] as tf.Tensor | undefined) ?? []),
          attrs as never, // each kernel knows its own attributes
        ),
      ),
  });
}

/** Runs a kernel of the running engine that has one result. */
export function runKernel(name: string, inputs: Readonly<Record<string, tf.Tensor>>, attrs: object = {}): tf.Tensor {
  return tf.engine().runKernel(name, { ...inputs }, { ...attrs }) as tf.Tensor;
}

/** Runs a kernel of the running engine that has several results, or none. */
export function runKernels(name: string, inputs: Readonly<Record<string, tf.Tensor>>, attrs: object = {}): tf.Tensor[] {
  return tf.engine().runKernel(name, { ...inputs }, { ...attrs }) as tf.Tensor[];
}

/** An op with a gradient written by hand, for any list of tensors; `save` keeps what the gradient needs. */
export function withGradient(
  inputs: readonly tf.Tensor[],
  forward: (save: (tensors: tf.Tensor[]) => void) => tf.Tensor,
  gradient: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[],
): tf.Tensor {
  const op = tf.customGrad((...args) => ({
    value: forward(args.at(-1) as unknown as (tensors: tf.Tensor[]) => void), // the tensors come first, the function last
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.tidy(() => gradient(dy, saved)), // or all would live until the whole tape is walked
  }));
  return op(...inputs);
}

/** A value that no gradient goes through, whose making is kept off the tape, and so out of memory. */
export const withoutGradient = (x: tf.Tensor, make: () => tf.Tensor): tf.Tensor =>
  withGradient([x], make, () => [tf.zerosLike(x)]);
