import { CardioError, type Batch } from '@cardio/core';
import { applyModel } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import type { Mode } from './loop/objective.js';

/**
 * Checks that a model can be trained on K classes: one output `[B, K]`, and one or two inputs.
 */
export function checkModel(model: tfl.LayersModel, classes: readonly string[]): void {
  const outputs = model.outputs.map((o) => shapeText(o.shape)).join(' and ');
  if (
    model.outputs.length !== 1 ||
    model.outputs[0].shape.length !== 2 ||
    model.outputs[0].shape[1] !== classes.length
  ) {
    throw new CardioError(
      'usage',
      `The model must have one output [any, ${classes.length}], a logit for each of the classes ${classes.join(', ')}; it has ${outputs}.`,
    );
  }
  if (model.inputs.length > 2) {
    throw new CardioError(
      'usage',
      `The model must take [B, T, L] and maybe features [B, F]; it has ${model.inputs.length} inputs.`,
    );
  }
}

/**
 * The inputs that a model takes of a batch: x `[B, T, L]`, and features `[B, F]` where it has a second input. The caller disposes
 * of them. A batch that doesn't fit the model is an error that names both shapes.
 */
export function inputTensors(model: tfl.LayersModel, { x, features, shape }: Batch): tf.Tensor[] {
  const { size, time, leads } = shape;
  checkShape('input', model.inputs[0].shape, [size, time, leads], x);
  if (model.inputs.length === 1) return [tf.tensor3d(x, [size, time, leads])];
  if (!features) {
    throw new CardioError('usage', 'The model takes extra features as its second input, but the batch has none.');
  }
  checkShape('second input', model.inputs[1].shape, [size, shape.features], features);
  return [tf.tensor3d(x, [size, time, leads]), tf.tensor2d(features, [size, shape.features])];
}

/** Checks that the labels `[B, K]` of a batch fit the model's output. */
export function checkLabels(model: tfl.LayersModel, { y, shape }: Batch): void {
  checkShape('output', model.outputs[0].shape, [shape.size, shape.classes], y);
}

/** The logits `[B, K]` of a model. */
export function logitsOf(model: tfl.LayersModel, inputs: tf.Tensor[], training: Mode): tf.Tensor2D {
  return applyModel(model, inputs, training) as tf.Tensor2D; // see checkModel
}

type Shape = readonly (number | null)[];

function checkShape(what: string, wanted: Shape, received: readonly number[], { length }: Float32Array): void {
  if (wanted.length !== received.length || wanted.some((n, axis) => n !== null && n !== received[axis])) {
    const texts = [shapeText(wanted), shapeText(received)];
    throw new CardioError('usage', `The model's ${what} has the shape ${texts[0]}, but the batch's ${texts[1]}.`);
  }
  if (received.reduce((a, b) => a * b, 1) !== length) {
    throw new CardioError(
      'usage',
      `The batch says that its part for the model's ${what} is ${shapeText(received)}, but it holds ${length} numbers.`,
    );
  }
}

const shapeText = (shape: Shape): string => `[${shape.map((n) => n ?? 'any').join(', ')}]`;
