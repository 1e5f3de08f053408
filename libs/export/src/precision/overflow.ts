import * as tf from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../build.js';
import { tensorsOf, type Batch } from '../inputs.js';
import type { Program } from '../program.js';
import type { Subject } from '../subject.js';
import { trace } from '../trace.js';
import { largestHalf } from './half.js';

/**
 * The tensors of a graph that half precision can't hold, by what they are on some inputs: larger than half of its largest number. A processor without half
 * precision wouldn't show that, because ONNX Runtime computes in float32 there.
 */
export function overflowing(subject: Subject, program: Program, { results }: OnnxGraph, inputs: Batch): Set<string> {
  const names = new Set<string>();
  const x = tensorsOf(inputs);
  let at = 0;
  trace(subject.forward, x, (_, outputs) => {
    const value = results.get(program.steps[at++]);
    const isLarge = outputs.some((y) => y.dtype === 'float32' && largestOf(y) > largestHalf / 2);
    if (isLarge && value?.kind === 'view') names.add(value.name);
  });
  tf.dispose(x);
  return names;
}

const largestOf = (x: tf.Tensor): number =>
  x.dataSync<'float32'>().reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
