import { rateChange, resample } from '@cardio/signal';
import * as tf from '@tensorflow/tfjs-core';
import { applyBlocks, type BlockOperator } from './block-convolution.js';

/** As many samples a block of the convolution has at least. */
const leastBlock = 32;

/** Resamples signals `[N, T]` as `resample` of `@cardio/signal` does, which is linear and the same for every `up` samples that it makes of `down`. */
export function changeRate(signals: tf.Tensor2D, fromHz: number, toHz: number): tf.Tensor2D {
  const { up, down } = rateChange(fromHz, toHz);
  if (up === down) return signals;
  const samples = signals.shape[1];
  const length = Math.ceil((samples * up) / down);
  const first = tf.slice(signals, [0, 0], [-1, 1]);
  const rise = tf.sub(tf.slice(signals, [0, samples - 1], [-1, 1]), first);
  const line = (points: number, step: number): tf.Tensor2D => {
    const shares = Float32Array.from({ length: points }, (_, k) => (k * step) / Math.max(1, samples - 1));
    return tf.add(first, tf.mul(rise, tf.tensor2d(shares, [1, points])));
  };
  const made = applyBlocks(tf.sub(signals, line(samples, 1)), polyphaseBlocks(fromHz, toHz), length);
  return tf.add(made, line(length, down / up));
}

/** The polyphase filter as a block operator, from what it makes of impulses. */
function polyphaseBlocks(fromHz: number, toHz: number): BlockOperator {
  const { up, down } = rateChange(fromHz, toHz);
  const times = Math.ceil(leastBlock / down);
  const [inputs, outputs] = [times * down, times * up];
  const reach = Math.ceil((10 * Math.max(1, down / up) + 2) / inputs); // blocks on either side, of a filter of 20 max(up, down) + 1 taps
  const blocks = 2 * reach + 1;
  const weights = new Float32Array(blocks * inputs * outputs);
  for (let i = 0; i < inputs; i++) {
    const impulse = new Float64Array(blocks * inputs);
    impulse[reach * inputs + i] = 1;
    const response = resample(impulse, fromHz, toHz, 'zero');
    for (let q = 0; q < blocks; q++) {
      // output block q has the impulse in block `reach`: that is its input block 2 reach - q, counted from the first it takes
      const row = ((2 * reach - q) * inputs + i) * outputs;
      for (let o = 0; o < outputs; o++) weights[row + o] = response[q * outputs + o];
    }
  }
  return { inputs, outputs, before: reach, after: reach, weights };
}
