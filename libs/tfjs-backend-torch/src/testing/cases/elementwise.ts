import * as tf from '@tensorflow/tfjs-core';
import { both, empties, forward, numeric, ranks, show, within, type Case } from '../case.js';
import { bools, given, ints, normal, specials, ties, uniform, type Input } from '../inputs.js';

type Unary = (x: tf.Tensor) => tf.Tensor;

/** Functions of a float, where they are smooth. */
const smooth: [name: string, f: Unary, low: number, high: number][] = [
  ['abs', tf.abs, -3, 3],
  ['neg', tf.neg, -3, 3],
  ['ceil', tf.ceil, -3, 3],
  ['floor', tf.floor, -3, 3],
  ['round', tf.round, -3, 3],
  ['sign', tf.sign, -3, 3],
  ['exp', tf.exp, -3, 3],
  ['expm1', tf.expm1, -3, 3],
  ['log', tf.log, 0.1, 5],
  ['log1p', tf.log1p, -0.9, 5],
  ['sqrt', tf.sqrt, 0.1, 5],
  ['rsqrt', tf.rsqrt, 0.1, 5],
  ['square', tf.square, -3, 3],
  ['reciprocal', tf.reciprocal, 0.2, 3],
  ['sin', tf.sin, -9, 9],
  ['cos', tf.cos, -9, 9],
  ['tan', tf.tan, -1.4, 1.4],
  ['asin', tf.asin, -0.9, 0.9],
  ['acos', tf.acos, -0.9, 0.9],
  ['atan', tf.atan, -3, 3],
  ['sinh', tf.sinh, -3, 3],
  ['cosh', tf.cosh, -3, 3],
  ['tanh', tf.tanh, -3, 3],
  ['asinh', tf.asinh, -3, 3],
  ['acosh', tf.acosh, 1.1, 5],
  ['atanh', tf.atanh, -0.9, 0.9],
  ['erf', tf.erf, -3, 3],
  ['sigmoid', tf.sigmoid, -5, 5],
  ['logSigmoid', tf.logSigmoid, -5, 5],
  ['softplus', tf.softplus, -5, 5],
  ['relu', tf.relu, -3, 3],
  ['relu6', tf.relu6, -3, 9],
  ['elu', tf.elu, -3, 3],
  ['selu', tf.selu, -3, 3],
  ['clone', tf.clone, -3, 3],
];

/** The error function of the cpu backend is Abramowitz and Stegun's 7.1.26, good to 1.5e-7 of 1 and of its slope. */
const bound = 2e-5;

const domains = smooth.map(([name, f, low, high]) => within(bound, both(name, [uniform(low, high, 4, 33)], f)));

const edges: Case[] = smooth
  .filter(([name]) => !['sin', 'cos', 'tan'].includes(name)) // of 1e30 nothing is left of a float's digits
  .map(([name, f]) => forward(`${name} of NaN, infinities, zeros and extremes`, [given(specials)], f));

/** Parameters, dtypes and kinks. */
// prettier-ignore
const parameters: Case[] = [
  forward('round goes to even', [given([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999997])], tf.round),
  ...[undefined, 0, 0.3, -2].map((alpha) => both(`step ${show(alpha)}`, [normal(3, 5)], (x) => tf.step(x, alpha))),
  ...[0, 0.3].map((alpha) => forward(`step ${alpha} of edges`, [given(specials)], (x) => tf.step(x, alpha))),
  ...[undefined, 0, 0.3, 2].map((a) => both(`leakyRelu ${show(a)}`, [normal(3, 5)], (x) => tf.leakyRelu(x, a))),
  forward('leakyRelu of edges', [given(specials)], (x) => tf.leakyRelu(x, 0.1)),
  ...[[3, 5], [5], [1], [], [3, 1], [1, 5]].map((shape) =>
    both(`prelu ${show(shape)}`, [normal(3, 5), uniform(-1, 1, ...shape)], tf.prelu),
  ),
  both('prelu of several axes', [normal(2, 3, 4, 5), normal(3, 1, 5)], tf.prelu),
  forward('prelu of edges', [given(specials), given([0.1])], tf.prelu),
  ...[[-1, 1], [0, 6], [-Infinity, 0], [0, Infinity]].map(([low, high]) => both(`clip ${low} ${high}`, [normal(3, 7)], (x) => tf.clipByValue(x, low, high))),
  forward('clip of edges', [given(specials)], (x) => tf.clipByValue(x, -2, 3)),
  both('clip to the range of doubles', [normal(5)], (x) => tf.clipByValue(x, -Number.MAX_VALUE, Number.MAX_VALUE)),
  ...['exp', 'erf', 'leakyRelu', 'logSoftmax', 'isNaN', 'isInf', 'isFinite'].flatMap((name) => [
    forward(`${name} int32 is of another dtype`, [ints(-3, 4, 3, 4)], named(name)),
    ...(name === 'erf' || name === 'logSoftmax' ? [] : [forward(`${name} bool is of another dtype`, [bools(3, 4)], named(name))]),
  ]),
  ...['reverse', 'transpose', 'clone'].map((name) => forward(`${name} bool`, [bools(3, 4)], named(name))),
  forward('prelu int32', [ints(-9, 9, 2, 4), uniform(-1, 1, 4)], tf.prelu),
  both('a clone of a function of a clone', [normal(5)], (x) => tf.clone(tf.logSigmoid(tf.clone(x)))),
  both('a reshaped function of a reshaped tensor', [normal(2, 3)], (x) => tf.reshape(tf.logSigmoid(tf.reshape(x, [6])), [3, 2])),
  forward('clip to one value', [normal(5)], (x) => tf.clipByValue(x, 0.5, 0.5)),
  forward('clip int32', [ints(-9, 9, 20)], (x) => tf.clipByValue(x, -2, 3)),
  ...['relu', 'relu6', 'abs', 'elu', 'selu', 'step', 'sign', 'clone'].map((name) =>
    both(`${name} with zeros`, [ties(4, 6)], named(name)),
  ),
  ...(['isNaN', 'isInf', 'isFinite'] as const).map((name) => forward(name, [given(specials)], tf[name])),
  ...numeric('zerosLike', [[3, 4]], tf.zerosLike),
  ...numeric('onesLike', [[3, 4]], tf.onesLike),
  forward('zerosLike bool', [bools(3)], tf.zerosLike),
  forward('onesLike bool', [bools(3)], tf.onesLike),
  ...['abs', 'neg', 'square', 'sign', 'relu', 'relu6', 'round', 'step', 'clone'].map((name) =>
    forward(`${name} int32`, [ints(-9, 10, 3, 7)], named(name)),
  ),
];

/** Every rank, and nothing at all. */
const shapes: Case[] = ['abs', 'exp', 'relu', 'sigmoid', 'clone', 'elu', 'square'].flatMap((name) =>
  [...ranks, ...empties].map((shape) => both(`${name} of ${show(shape)}`, [normal(...shape)], named(name))),
);

const dtypes = ['float32', 'int32', 'bool'] as const;
// prettier-ignore
const sources: Record<(typeof dtypes)[number], Input> = {
  float32: given([-2.7, -1, -0.5, 0, 0.5, 1, 2.7, 300, 1e6, -1e6]),
  int32: given([-300, -1, 0, 1, 2, 255, 256, 1000000], [2, 4], 'int32'),
  bool: bools(5),
};
const casts: Case[] = dtypes.flatMap((from) =>
  dtypes.map((to) => forward(`cast ${from} to ${to}`, [sources[from]], (x) => tf.cast(x, to))),
);

/** Tensors out of nothing. */
// prettier-ignore
const creation: Case[] = [
  ...dtypes.flatMap((dtype) => [
    ...[[], [3], [2, 0], [2, 3, 1]].map((shape) =>
      forward(`fill ${dtype} ${show(shape)}`, [], () => tf.fill(shape, 1, dtype)),
    ),
    forward(`zeros ${dtype}`, [], () => tf.zeros([2, 3], dtype)),
    forward(`ones ${dtype}`, [], () => tf.ones([2, 3], dtype)),
  ]),
  forward('fill with a fraction', [], () => tf.fill([4], -0.1)),
  forward('fill with infinity and NaN', [], () => [tf.fill([2], -Infinity), tf.fill([2], NaN)]),
  forward('range', [], () => [
    tf.range(0, 5),
    tf.range(5, 0),
    tf.range(0, 7, 3, 'int32'),
    tf.range(1, 2, 0.3),
    tf.range(2, 2),
  ]),
  forward('linspace', [], () => [tf.linspace(0, 1, 5), tf.linspace(3, -2, 4), tf.linspace(1, 9, 1)]),
  forward('eye', [], () => [tf.eye(3), tf.eye(2, 4), tf.eye(3, 2, [2]), tf.eye(2, 2, undefined, 'int32')]),
];

function named(name: string): Unary {
  const f = (tf as unknown as Record<string, Unary>)[name]; // by name
  return (x) => f(x);
}

export const elementwise: Case[] = [
  ...domains,
  ...edges,
  ...parameters,
  ...shapes,
  ...casts,
  both('cast of float32 to float32', [normal(4)], (x) => tf.cast(x, 'float32')),
  ...creation,
];
