import { designFilter, notch, sosfilt, sosfiltZi, type Sections } from '@cardio/signal';
import * as tf from '@tensorflow/tfjs-core';
import { applyBlocks, type BlockOperator } from './block-convolution.js';

/** Samples a block of the convolution has: with fewer there are more products of smaller matrices, with more more zeros in them. */
const block = 32;

/** What of an impulse response is left out: it is below what float32 tells from nothing beside the largest. */
const negligible = 1e-9;

/** The filter of a preparation: a Butterworth band-pass of order 3, a notch at the mains, or both. */
export function sectionsOf(
  {
    bandHz,
    notchHz,
  }: { readonly bandHz?: readonly [number, number] | undefined; readonly notchHz?: 50 | 60 | undefined },
  sampleRateHz: number,
): Sections {
  const band =
    bandHz && designFilter({ family: 'butterworth', order: 3, band: 'bandpass', cutoffHz: bandHz, sampleRateHz });
  return [...(band ?? []), ...(notchHz ? notch(notchHz, sampleRateHz) : [])];
}

/**
 * Filters signals `[N, T]` forward and backward as `zeroPhase` of `@cardio/signal` does, without recursion: what the recursion does to a signal of this length
 * is a convolution with its impulse response, and what its initial state does is another response, times the first sample.
 */
export function zeroPhaseFilter(signals: tf.Tensor2D, sections: Sections): tf.Tensor2D {
  const samples = signals.shape[1];
  const pad = paddingOf(sections, samples);
  const length = samples + 2 * pad;
  const convolution = causal(sections, length);
  const steady = responseOf(sections, new Float64Array(length), sosfiltZi(sections));
  const once = (x: tf.Tensor2D): tf.Tensor2D => {
    const initial = tf.mul(tf.slice(x, [0, 0], [-1, 1]), tf.tensor2d(Float32Array.from(steady), [1, length]));
    return tf.add(applyBlocks(x, convolution, length), initial);
  };
  const backward = (x: tf.Tensor2D): tf.Tensor2D => tf.reverse(x, 1);
  const both = backward(once(backward(once(oddlyExtended(signals, pad)))));
  return tf.slice(both, [0, pad], [-1, samples]);
}

/** SciPy's padding, as `sosfiltfilt` has it: three times as many samples as the filter has coefficients. */
function paddingOf(sections: Sections, samples: number): number {
  const zeros = (place: 2 | 5): number => sections.filter((section) => section[place] === 0).length;
  return Math.min(samples - 1, 3 * (2 * sections.length + 1 - Math.min(zeros(2), zeros(5))));
}

/** With `pad` samples more at each end, the signal turned by half a turn around its end point. */
function oddlyExtended(x: tf.Tensor2D, pad: number): tf.Tensor2D {
  const samples = x.shape[1];
  const around = (end: number, from: number): tf.Tensor2D => {
    const turned = tf.reverse(tf.slice(x, [0, from], [-1, pad]), 1);
    return tf.sub(tf.mul(tf.slice(x, [0, end], [-1, 1]), 2), turned);
  };
  return tf.concat([around(0, 1), x, around(samples - 1, samples - 1 - pad)], 1);
}

const responseOf = (sections: Sections, input: Float64Array, initial?: Float64Array): Float64Array =>
  sosfilt(sections, input, initial && { initial }).samples;

/** The filter from a state of rest, as a convolution. */
function causal(sections: Sections, length: number): BlockOperator {
  const impulse = new Float64Array(length);
  impulse[0] = 1;
  const response = responseOf(sections, impulse);
  const largest = response.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const reach = response.findLastIndex((value) => Math.abs(value) > negligible * largest);
  const before = Math.ceil(reach / block);
  const weights = new Float32Array((before + 1) * block * block);
  for (let at = 0; at < weights.length; at++) {
    const [o, i, j] = [at % block, Math.floor(at / block) % block, Math.floor(at / block ** 2)];
    weights[at] = response[o - i + (before - j) * block] ?? 0;
  }
  return { inputs: block, outputs: block, before, after: 0, weights };
}
