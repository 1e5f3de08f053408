import * as tf from '@tensorflow/tfjs-core';
import { forward, type Case } from '../case.js';
import { normal } from '../inputs.js';

/** The kernels of complex numbers, which a backend may lack. */
export const complexKernels = ['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real'];

export const complex: Case[] = [
  forward('complex parts', [normal(3, 2), normal(3, 2)], (a, b) => {
    const z = tf.complex(a, b);
    return [tf.real(z), tf.imag(z), tf.abs(z)];
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
