import * as tf from '@tensorflow/tfjs-core';
import { both, forward, show, type Case } from '../case.js';
import { bools, given, ints, normal, specials, ties, uniform, type Input } from '../inputs.js';

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** tfjs-cpu gives whole numbers where other backends stay with floats. */
const floorDiv: Binary = (a, b) => tf.cast(tf.floorDiv(a, b), 'float32');

const arithmetic: Record<string, Binary> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
};
/** Functions that are smooth only where both are positive, or that have no useful gradient. */
const positive: Record<string, Binary> = {
  pow: tf.pow,
  mod: tf.mod,
  floorDiv,
  atan2: tf.atan2,
  divNoNan: tf.divNoNan,
};
const comparisons: Record<string, Binary> = {
  equal: tf.equal,
  notEqual: tf.notEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
};
const logic: Record<string, Binary> = { logicalAnd: tf.logicalAnd, logicalOr: tf.logicalOr, logicalXor: tf.logicalXor };

/** Shapes that broadcast: either way, both ways, scalars, nothing, up to six axes. */
// prettier-ignore
const pairs: [a: number[], b: number[]][] = [
  [[], []],
  [[3, 4], []],
  [[], [3, 4]],
  [[3, 4], [1]],
  [[3, 4], [4]],
  [[4], [3, 4]],
  [[3, 1], [1, 4]],
  [[3, 4], [3, 1]],
  [[1, 4], [3, 4]],
  [[2, 3, 4], [3, 1]],
  [[2, 1, 4], [3, 1]],
  [[2, 3, 4, 5], [4, 1]],
  [[1, 1, 1, 1], [2, 3, 4, 5]],
  [[2, 1, 3, 1, 2], [4, 1, 5, 1]],
  [[2, 1, 3, 1, 2, 2], [1, 2, 1, 2, 1, 2]],
  [[0], [0]],
  [[0, 3], [3]],
  [[0, 3], []],
  [[2, 1], [2, 0]],
];

/** tfjs has no gradient of divNoNan, and none of a few others where they broadcast, or where one value broadcasts to nothing. */
function rowFor(name: string, a: number[], b: number[]): typeof both {
  if (name === 'divNoNan' || (a.length > 0 && !a.includes(0) && b.includes(0))) return forward;
  const needsEqualShapes = ['maximum', 'minimum', 'squaredDifference'].includes(name);
  return needsEqualShapes && show(a) !== show(b) ? forward : both;
}

const broadcasting: Case[] = pairs.flatMap(([a, b]) => [
  ...Object.entries(arithmetic).map(([name, f]) =>
    rowFor(name, a, b)(`${name} ${show(a, b)}`, [normal(...a), normal(...b)], f),
  ),
  ...Object.entries(positive).map(([name, f]) =>
    rowFor(name, a, b)(`${name} ${show(a, b)}`, [uniform(0.3, 3, ...a), uniform(0.3, 3, ...b)], f),
  ),
  ...Object.entries(comparisons).map(([name, f]) => forward(`${name} ${show(a, b)}`, [ties(...a), ties(...b)], f)),
  ...Object.entries(logic).map(([name, f]) => forward(`${name} ${show(a, b)}`, [bools(...a), bools(...b)], f)),
]);

const kinds: Record<string, (...shape: number[]) => Input> = {
  float32: ties,
  int32: (...shape) => ints(-3, 4, ...shape),
  bool: bools,
};
/** Zero divisors; and sums of truth values, for which the cpu backend gives a truth value of 2. */
const refused = (name: string, ...[a, b]: string[]): boolean =>
  name === 'div' || (a === 'bool' && b === 'bool' && ['add', 'sub', 'squaredDifference'].includes(name));

/** Every pair of dtypes: tfjs makes the wider of both before the kernel runs. */
const dtypes: Case[] = Object.entries(kinds).flatMap(([first, a]) =>
  Object.entries(kinds).flatMap(([second, b]) =>
    Object.entries({ ...arithmetic, ...comparisons })
      .filter(([name]) => !refused(name, first, second))
      .map(([name, f]) => forward(`${name} of ${first} and ${second}`, [a(3, 4), b(4)], f)),
  ),
);

// prettier-ignore
const nonzero = given([-3, -2, -1, 1, 2, 3], [6], 'int32');
const all = given(specials.flatMap((a) => specials.map(() => a)));
const others = given(specials.flatMap(() => specials));

// prettier-ignore
const edges: Case[] = [
  ...Object.entries({ ...arithmetic, ...comparisons }).map(([name, f]) =>
    forward(`${name} of NaN, infinities and zeros`, [all, others], f),
  ),
  forward(
    'pow of edges',
    [given([0, 0, 1, -1, -2, -2, 2, Infinity, 0]), given([0, 2, 7, 3, 2, 3, -1, -1, -1])],
    tf.pow,
  ),
  forward('mod of signs', [given([7, -7, 7, -7, 6.5, -6.5]), given([3, 3, -3, -3, 2, 2])], tf.mod),
  forward(
    'mod of integers of signs',
    [given([7, -7, 7, -7], [4], 'int32'), given([3, 3, -3, -3], [4], 'int32')],
    tf.mod,
  ),
  forward('floorDiv of signs', [given([7, -7, 7, -7]), given([3, 3, -3, -3])], floorDiv),
  forward(
    'floorDiv of integers',
    [given([7, -7, 7, -7], [4], 'int32'), given([3, 3, -3, -3], [4], 'int32')],
    tf.floorDiv,
  ),
  forward('div of integers', [ints(-20, 20, 4, 6), nonzero], tf.div),
  forward('div of an integer and a float', [ints(-20, 20, 4, 6), uniform(1, 2, 6)], tf.div),
  forward('pow of integers', [ints(-4, 5, 3, 4), ints(0, 4, 4)], tf.pow),
  forward(
    'mul of large integers',
    [given([65536, 46341, -7], [3], 'int32'), given([32767, 46341, 9], [3], 'int32')],
    (a, b) => tf.mul(a, tf.minimum(b, 9)),
  ),
  forward('divNoNan by zero', [normal(3, 4), ties(3, 4)], tf.divNoNan),
  forward('atan2 of quadrants', [given([1, -1, 1, -1, 0, 0, -0]), given([1, 1, -1, -1, -1, 1, -1])], tf.atan2),
  both('pow of negative bases', [uniform(-3, -1, 5), given([2, 3, 2, 1, 4])], (a, b) => tf.pow(a, tf.cast(b, 'int32'))),
  forward('logicalNot', [bools(3, 4)], tf.logicalNot),
  forward('bitwiseAnd', [ints(0, 64, 3, 4), ints(0, 64, 3, 4)], tf.bitwiseAnd),
  both('maximum with ties', [ties(4, 5), ties(4, 5)], tf.maximum),
  both('minimum with ties', [ties(4, 5), ties(4, 5)], tf.minimum),
  both('addN', [normal(3, 4), normal(3, 4), normal(3, 4)], (...x) => tf.addN(x)),
  both('addN of one', [normal(3, 4)], (x) => tf.addN([x])),
  forward('addN int32', [ints(-9, 9, 5), ints(-9, 9, 5)], (...x) => tf.addN(x)),
  both('a tensor and a number', [normal(3, 4)], (x) => tf.div(tf.add(tf.mul(x, 2), 1), 3)),
  both('the same tensor twice', [normal(3, 4)], (x) => tf.mul(x, tf.add(x, x))),
  both('a transposed and a sliced operand', [normal(3, 4), normal(5, 3)], (a, b) =>
    tf.add(tf.transpose(a), tf.slice(b, [1, 0], [4, 3])),
  ),
  forward('broadcastArgs', [given([2, 1, 4], [3], 'int32'), given([3, 1], [2], 'int32')], tf.broadcastArgs),
];

export const binary: Case[] = [...broadcasting, ...dtypes, ...edges];
