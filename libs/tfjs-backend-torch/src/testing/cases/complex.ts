import * as tf from '@tensorflow/tfjs-core';
import { forward, type Case } from '../case.js';
import { normal } from '../inputs.js';

export const complex: Case[] = [
  forward('complex parts', [normal(3, 2), normal(3, 2)], (a, b) => {
    const z = tf.complex(a, b);
    return [tf.real(z), tf.imag(z), tf.abs(z)];
  }),
  forward('complex arithmetic and moves', [normal(3, 2), normal(3, 2)], (a, b) => {
    const [z, w] = [tf.complex(a, b), tf.cast(b, 'complex64')];
    const results = [
      tf.add(z, w),
      tf.mul(z, w),
      tf.transpose(z),
      tf.concat([z, w], 1),
      tf.clone(z),
      tf.reshape(tf.sub(z, w), [2, 3]),
    ];
    return results.flatMap((y) => [tf.real(y), tf.imag(y)]).concat(tf.cast(z, 'float32'));
  }),
  forward('fft', [normal(2, 8), normal(2, 8)], (a, b) => {
    const z = tf.fft(tf.complex(a, b));
    return [tf.real(z), tf.imag(z)];
  }),
  forward('ifft', [normal(2, 6), normal(2, 6)], (a, b) => {
    const z = tf.ifft(tf.complex(a, b));
    return [tf.real(z), tf.imag(z)];
  }),
  forward('rfft and back', [normal(2, 8)], (x) => {
    const z = tf.rfft(x);
    return [tf.real(z), tf.imag(z), tf.irfft(z)];
  }),
];
