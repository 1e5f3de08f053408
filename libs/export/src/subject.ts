import type { TaskKind } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { inputNames, outputNames } from './names.js';

/** An input of what is exported; the shape is that of one example. */
interface InputSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What a graph is made of: a computation on tensors whose first axis is the batch. */
export interface Subject {
  readonly inputs: readonly InputSpec[];
  /** Names of what `forward` returns, in order. The first is the probabilities, which are what parity compares. */
  readonly outputs: readonly string[];
  /** @param within names the part of the computation that `run` does: the nodes it becomes have that name in front */
  forward(inputs: tf.Tensor[], within: <T>(part: string, run: () => T) => T): tf.Tensor[];
}

/** The model itself: `ecg` (and `features`) in, `probabilities` and `logits` out. */
export function modelSubject(model: tfl.LayersModel, task: TaskKind): Subject {
  return {
    inputs: model.inputs.map(({ shape }, i) => ({ name: inputNames[i], shape: shape.slice(1) as number[] })),
    outputs: [outputNames.probabilities, outputNames.logits],
    forward: (inputs, within) => {
      const logits = logitsOf(model, inputs);
      return [within('head', () => probabilitiesOf(logits, task)), logits];
    },
  };
}

/** The model's forward pass in inference mode. */
export const logitsOf = (model: tfl.LayersModel, inputs: tf.Tensor[]): tf.Tensor =>
  model.apply(inputs.length === 1 ? inputs[0] : inputs, { training: false }) as tf.Tensor;

/** Softmax or sigmoid, by task. */
export const probabilitiesOf = (logits: tf.Tensor, task: TaskKind): tf.Tensor =>
  task === 'multi-class' ? tf.softmax(logits) : tf.sigmoid(logits);
