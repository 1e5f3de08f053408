import * as tf from '@tensorflow/tfjs-core';
import { runKernel, runKernels, runsAsKernel, withGradient, type PortableKernel } from './kernel.js';
import { lstmBackward, lstmForward, type Cell } from './lstm-cells.js';

/** The weights of one direction of an {@link lstm} of H units. Gates lie side by side in the order input, forget, candidate, output. */
export interface LstmWeights {
  /** `[I, 4H]` */
  readonly kernel: tf.Tensor2D;
  /** `[H, 4H]` */
  readonly recurrent: tf.Tensor2D;
  /** `[4H]` */
  readonly bias: tf.Tensor1D;
}

/**
 * A long short-term memory over a whole sequence (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000), sigmoid gates and
 * tanh, from a state of zeros.
 *
 * @param x `[B, T, I]`
 * @param weights of one direction, or of two: the second runs over time backwards
 * @param reverse one direction only: run over time backwards; the output stays in the order of the input
 * @returns `[B, T, directions * H]`
 */
export function lstm(x: tf.Tensor3D, weights: readonly LstmWeights[], reverse = false): tf.Tensor3D {
  const parameters = weights.flatMap(({ kernel, recurrent, bias }) => [kernel, recurrent, bias]);
  const run = runsAsKernel('CardioLstm') ? asKernel : composed;
  return run(x, parameters, { directions: weights.length, reverse }) as tf.Tensor3D;
}

interface Options {
  readonly directions: number;
  readonly reverse: boolean;
}

/** The kernel for engines that have none. */
export const portableLstm: PortableKernel = {
  kernelName: 'CardioLstm',
  inputs: ['x', 'kernel0', 'recurrent0', 'bias0', 'kernel1', 'recurrent1', 'bias1'],
  compute: ([x, ...parameters], options: Options) => composed(x, parameters, options),
};

function asKernel(x: tf.Tensor, parameters: tf.Tensor[], options: Options): tf.Tensor {
  const named = (list: readonly tf.Tensor[]): Record<string, tf.Tensor> =>
    Object.fromEntries(list.map((w, i) => [`${['kernel', 'recurrent', 'bias'][i % 3]}${Math.floor(i / 3)}`, w]));
  return withGradient(
    [x, ...parameters],
    (save) => {
      const y = runKernel('CardioLstm', { x, ...named(parameters) }, options);
      save([x, y, ...parameters]);
      return y;
    },
    (dy, [input, y, ...saved]) => runKernels('CardioLstmGrad', { dy, x: input, ...named(saved), y }, options),
  );
}

/** Every step of `T` is 11 ops forward and 7 backward on `[B, H]` or `[B, 4H]`; all that needs no step is done once for all of them. */
function composed(x: tf.Tensor, parameters: tf.Tensor[], { directions, reverse }: Options): tf.Tensor {
  const backwards = (direction: number): boolean => (directions === 1 ? reverse : direction === 1);
  const perDirection = Array.from({ length: directions }, (_, d) => parameters.slice(3 * d, 3 * d + 3));
  const units = parameters[1].shape[0];
  return withGradient(
    [x, ...parameters],
    (save) => {
      const steps = tf.transpose(x, [1, 0, 2]); // [T, B, I]
      const cells = perDirection.map(([kernel, recurrent, bias], d) =>
        lstmForward(steps, kernel, recurrent, bias, backwards(d)),
      );
      const kept = cells.flatMap(({ gates, candidates, memory, output }) => [gates, candidates, memory, output]);
      save([steps, ...parameters, ...kept]);
      const outputs = cells.map(({ output }) => output);
      return tf.transpose(outputs.length === 1 ? outputs[0] : tf.concat(outputs, 2), [1, 0, 2]);
    },
    (dy, [steps, ...saved]) => {
      const dySteps = tf.split(tf.transpose(dy, [1, 0, 2]), directions, 2); // directions x [T, B, H]
      const results = dySteps.map((dOutput, d) => {
        const [kernel, recurrent] = saved.slice(3 * d, 3 * d + 2);
        const [gates, candidates, memory, output] = saved.slice(3 * directions + 4 * d, 3 * directions + 4 * d + 4);
        const cell: Cell = { gates, candidates, memory, output };
        return lstmBackward(dOutput, steps, cell, kernel, recurrent, units, backwards(d));
      });
      const dSteps = results.map(({ dx }) => dx);
      return [
        tf.transpose(dSteps.length === 1 ? dSteps[0] : tf.addN(dSteps), [1, 0, 2]),
        ...results.flatMap(({ dKernel, dRecurrent, dBias }) => [dKernel, dRecurrent, dBias]),
      ];
    },
  );
}
