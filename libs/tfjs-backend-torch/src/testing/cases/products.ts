import * as tf from '@tensorflow/tfjs-core';
import { both, forward, show, type Case } from '../case.js';
import { ints, normal, type Input } from '../inputs.js';

const flags = [false, true];

/**
 * Shapes of a [..., m, k] and b [..., k, n] with their batches: the same, broadcast, none, empty. Not among them are batches that
 * broadcast both ways, which tfjs-cpu pairs wrongly.
 */
// prettier-ignore
const shapes: [batchA: number[], batchB: number[], m: number, k: number, n: number][] = [
  [[], [], 3, 4, 5],
  [[], [], 1, 7, 1],
  [[], [], 17, 33, 9],
  [[3], [3], 2, 4, 5],
  [[1], [3], 2, 4, 5],
  [[3], [1], 2, 4, 5],
  [[], [3], 2, 4, 5],
  [[3], [], 2, 4, 5],
  [[2, 3], [2, 3], 2, 4, 3],
  [[2, 3], [3], 2, 4, 3],
  [[], [], 0, 4, 5],
  [[], [], 3, 4, 0],
  [[0], [0], 3, 4, 5],
];

const matMul: Case[] = shapes.flatMap(([batchA, batchB, m, k, n]) =>
  flags.flatMap((transposeA) =>
    flags.map((transposeB) => {
      const a = [...batchA, ...(transposeA ? [k, m] : [m, k])];
      const b = [...batchB, ...(transposeB ? [n, k] : [k, n])];
      const row = show(batchA) === show(batchB) ? both : forward; // tfjs has no gradient of a broadcast batch
      return row(`matMul ${show(a, b, transposeA, transposeB)}`, [normal(...a), normal(...b)], (x, y) =>
        tf.matMul(x, y, transposeA, transposeB),
      );
    }),
  ),
);

// prettier-ignore
const others: Case[] = [
  forward('matMul over an inner size of 0', [normal(3, 0), normal(0, 2)], (a, b) => tf.matMul(a, b)),
  forward('matMul int32', [ints(-9, 9, 3, 4), ints(-9, 9, 4, 5)], (a, b) => tf.matMul(a, b)),
  both('matMul of a transposed tensor', [normal(4, 3), normal(4, 5)], (a, b) => tf.matMul(tf.transpose(a), b)),
  both('matMul of slices', [normal(5, 6), normal(6, 5)], (a, b) =>
    tf.matMul(tf.slice(a, [1, 1], [3, 4]), tf.slice(b, [2, 1], [4, 2])),
  ),
  both('dot of vectors', [normal(5), normal(5)], tf.dot),
  both('dot of a matrix and a vector', [normal(3, 5), normal(5)], tf.dot),
  both('dot of a vector and a matrix', [normal(3), normal(3, 5)], tf.dot),
  both('outerProduct', [normal(3), normal(4)], (a: tf.Tensor1D, b: tf.Tensor1D) => tf.outerProduct(a, b)),
];

const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;
type Activation = (typeof activations)[number];

/** The extra input of prelu. */
const weightsOf = (activation: Activation, ...shape: number[]): Input[] =>
  activation === 'prelu' ? [normal(...shape)] : [];

/** tfjs differentiates these two activations only without a fused kernel. */
const rowFor = (activation: Activation): typeof both =>
  activation === 'leakyrelu' || activation === 'prelu' || activation === 'sigmoid' ? forward : both;

const fused: Case[] = activations.flatMap((activation) => [
  ...flags.flatMap((transposeA) =>
    flags.map((transposeB) =>
      rowFor(activation)(
        `fused matMul ${show(activation, transposeA, transposeB)}`,
        [
          transposeA ? normal(4, 3) : normal(3, 4),
          transposeB ? normal(5, 4) : normal(4, 5),
          normal(5),
          ...weightsOf(activation, 5),
        ],
        (a, b, bias, preluActivationWeights) =>
          tf.fused.matMul({
            a,
            b,
            transposeA,
            transposeB,
            bias,
            activation,
            preluActivationWeights,
            leakyreluAlpha: 0.3,
          }),
      ),
    ),
  ),
  rowFor(activation)(
    `fused matMul ${activation} without bias, in batches`,
    [normal(2, 3, 4), normal(2, 4, 5), ...weightsOf(activation, 5)],
    (a, b, preluActivationWeights) =>
      tf.fused.matMul({ a, b, activation, preluActivationWeights, leakyreluAlpha: 0.3 }),
  ),
]);

const fusedShapes: Case[] = [
  forward('fused matMul broadcasting a batch', [normal(2, 3, 4), normal(1, 4, 5), normal(5)], (a, b, bias) =>
    tf.fused.matMul({ a, b, bias }),
  ),
  both('fused matMul with a scalar bias', [normal(3, 4), normal(4, 5), normal()], (a, b, bias) =>
    tf.fused.matMul({ a, b, bias, activation: 'relu' }),
  ),
  both('fused matMul with a bias of one column', [normal(3, 4), normal(4, 5), normal(1, 5)], (a, b, bias) =>
    tf.fused.matMul({ a, b, bias }),
  ),
];

// prettier-ignore
const equations: [equation: string, ...shapes: number[][]][] = [
  ['ij,jk->ik', [3, 4], [4, 5]],
  ['ij,kj->ik', [3, 4], [5, 4]],
  ['bij,bjk->bik', [2, 3, 4], [2, 4, 5]],
  ['i,j->ij', [3], [4]],
  ['i,i->', [3], [3]],
  ['ij->ji', [3, 4]],
  ['ij->i', [3, 4]],
  ['ij->', [3, 4]],
  ['bqhd,bkhd->bhqk', [2, 3, 2, 4], [2, 5, 2, 4]],
  ['bhqk,bkhd->bqhd', [2, 2, 3, 5], [2, 5, 2, 4]],
  ];
const einsum = equations.map(([equation, ...inputs]) =>
  forward(
    `einsum ${equation}`,
    inputs.map((shape) => normal(...shape)),
    (...x) => tf.einsum(equation, ...x),
  ),
);

// prettier-ignore
const linear: Case[] = [
  ...(
    [[1, 1], [0, -1], [-1, 0], [0, 0]] as const
  ).map(([lower, upper]) =>
    forward(`bandPart ${lower} ${upper}`, [normal(2, 4, 4)], (x) => tf.linalg.bandPart(x, lower, upper)),
  ),
  forward('qr', [normal(5, 3)], (x) => tf.linalg.qr(x)),
  forward('qr with full matrices', [normal(5, 3)], (x) => tf.linalg.qr(x, true)),
  forward('qr in batches', [normal(2, 3, 3)], (x) => tf.linalg.qr(x)),
  forward('gramSchmidt', [normal(3, 4)], (x: tf.Tensor2D) => tf.linalg.gramSchmidt(x) as tf.Tensor2D),
  forward('diag', [normal(4)], tf.diag),
  forward('diag of a matrix', [normal(2, 3)], tf.diag),
];

export const products: Case[] = [...matMul, ...others, ...fused, ...fusedShapes, ...einsum, ...linear];
