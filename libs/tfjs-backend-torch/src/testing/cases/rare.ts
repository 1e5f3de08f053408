import * as tf from '@tensorflow/tfjs-core';
import { both, forward, show, type Case } from '../case.js';
import { given, normal, uniform } from '../inputs.js';

type Size = [number, number];

// prettier-ignore
const sizes: [from: Size, to: Size][] = [
  [[3, 4], [6, 8]], [[3, 4], [5, 7]], [[6, 8], [3, 4]], [[3, 4], [3, 4]], [[2, 3], [1, 1]],
  [[4, 4], [8, 6]], [[5, 5], [2, 3]], [[3, 3], [1, 7]],
];
const grids: [alignCorners: boolean, halfPixelCenters: boolean][] = [
  [false, false],
  [true, false],
  [false, true],
];
/** The gradients of tfjs-cpu have faults: both ignore half-pixel centres, and the linear one swaps height and width. */
function resizeCase(
  name: 'resizeBilinear' | 'resizeNearestNeighbor',
  from: Size,
  to: Size,
  corners: boolean,
  centers: boolean,
): Case {
  const isLinear = name === 'resizeBilinear';
  const hasGradient = isLinear ? from[0] === from[1] && !centers : !centers;
  const batch = isLinear ? 2 : 1; // of more than one image, the nearest neighbour takes the gradient of the wrong one
  return (hasGradient ? both : forward)(
    `${name} ${show(from, to, corners, centers)}`,
    [normal(batch, ...from, 3)],
    (x: tf.Tensor4D) => tf.image[name](x, to, corners, centers),
  );
}
const resize: Case[] = sizes.flatMap(([from, to]) =>
  grids.flatMap((grid) =>
    (['resizeBilinear', 'resizeNearestNeighbor'] as const).map((name) => resizeCase(name, from, to, ...grid)),
  ),
);

// prettier-ignore
const boxes = given([0, 0, 1, 1, 0.1, 0.2, 0.8, 0.9], [2, 4]);
// prettier-ignore
const image: Case[] = [
  forward('cropAndResize', [normal(2, 6, 5, 3), boxes], (x: tf.Tensor4D, b: tf.Tensor2D) =>
    tf.image.cropAndResize(x, b, tf.tensor1d([0, 1], 'int32'), [3, 4]),
  ),
  forward('cropAndResize nearest', [normal(2, 6, 5, 3), boxes], (x: tf.Tensor4D, b: tf.Tensor2D) =>
    tf.image.cropAndResize(x, b, tf.tensor1d([1, 0], 'int32'), [3, 4], 'nearest', 2),
  ),
  forward('flipLeftRight', [normal(2, 4, 5, 3)], (x: tf.Tensor4D) => tf.image.flipLeftRight(x)),
  forward('rotateWithOffset', [normal(2, 6, 5, 3)], (x: tf.Tensor4D) =>
    tf.image.rotateWithOffset(x, 0.7, 0.5, [0.4, 0.6]),
  ),
  forward('resizeNearestNeighbor of two images', [normal(2, 3, 4, 3)], (x: tf.Tensor4D) =>
    tf.image.resizeNearestNeighbor(x, [5, 7]),
  ),
  forward('transform', [normal(2, 6, 5, 3)], (x: tf.Tensor4D) =>
    tf.image.transform(x, tf.tensor2d([1, 0.2, 0, 0.1, 0.9, 1, 0, 0], [1, 8]), 'bilinear'),
  ),
  forward('grayscaleToRGB', [normal(4, 5, 1)], (x: tf.Tensor3D) => tf.image.grayscaleToRGB(x)),
  forward('nonMaxSuppression', [uniform(0, 1, 6, 4), uniform(0, 1, 6)], (b: tf.Tensor2D, s: tf.Tensor1D) =>
    tf.image.nonMaxSuppression(b, s, 4, 0.5, 0.1),
  ),
  forward(
    'nonMaxSuppressionPadded',
    [uniform(0, 1, 6, 4), uniform(0, 1, 6)],
    (b: tf.Tensor2D, s: tf.Tensor1D) =>
      Object.values(tf.image.nonMaxSuppressionPadded(b, s, 4, 0.5, 0.1, true)) as tf.Tensor[],
  ),
  forward(
    'nonMaxSuppressionWithScore',
    [uniform(0, 1, 6, 4), uniform(0, 1, 6)],
    (b: tf.Tensor2D, s: tf.Tensor1D) =>
      Object.values(tf.image.nonMaxSuppressionWithScore(b, s, 4, 0.5, 0.1, 0.5)) as tf.Tensor[],
  ),
];

// prettier-ignore
const sparse: Case[] = [
  forward(
    'sparseFillEmptyRows',
    [],
    () =>
      Object.values(
        tf.sparse.sparseFillEmptyRows(
          tf.tensor2d(
            [[0, 0], [2, 1]],
            [2, 2],
            'int32',
          ),
          tf.tensor1d([1.5, 2.5]),
          tf.tensor1d([4, 3], 'int32'),
          tf.scalar(-1),
        ),
      ) as tf.Tensor[],
  ),
  forward(
    'sparseReshape',
    [],
    () =>
      Object.values(
        tf.sparse.sparseReshape(
          tf.tensor2d(
            [[0, 0], [1, 2]],
            [2, 2],
            'int32',
          ),
          tf.tensor1d([2, 3], 'int32'),
          tf.tensor1d([3, -1], 'int32'),
        ),
      ) as tf.Tensor[],
  ),
  forward('sparseSegmentSum and Mean', [normal(4, 3)], (x: tf.Tensor2D) => {
    const [indices, segments] = [tf.tensor1d([0, 2, 3], 'int32'), tf.tensor1d([0, 0, 1], 'int32')];
    return [tf.sparse.sparseSegmentSum(x, indices, segments), tf.sparse.sparseSegmentMean(x, indices, segments)];
  }),
];

const ragged: Case[] = [
  forward(
    'raggedRange',
    [],
    () =>
      Object.values(
        tf.raggedRange(tf.tensor1d([0, 5], 'int32'), tf.tensor1d([3, 9], 'int32'), tf.tensor1d([1, 2], 'int32')),
      ) as tf.Tensor[],
  ),
  forward('raggedGather', [], () => {
    const { outputNestedSplits, outputDenseValues } = tf.raggedGather(
      [tf.tensor1d([0, 2, 3], 'int32')],
      tf.tensor1d([1, 2, 3], 'int32'),
      tf.tensor1d([1, 0], 'int32'),
      1,
    );
    return [...outputNestedSplits, outputDenseValues];
  }),
  forward('raggedTensorToTensor', [], () =>
    tf.raggedTensorToTensor(
      tf.tensor1d([2, 3], 'int32'),
      tf.tensor1d([1, 2, 3]),
      tf.scalar(9),
      [tf.tensor1d([0, 2, 3], 'int32')],
      ['ROW_SPLITS'],
    ),
  ),
];

const strings: Case[] = [
  forward('a string tensor comes back', [], () => tf.tensor1d(['a', 'déjà', ''])),
  forward(
    'stringNGrams',
    [],
    () =>
      Object.values(
        tf.string.stringNGrams(
          tf.tensor1d(['a', 'b', 'c'], 'string'),
          tf.tensor1d([0, 3], 'int32'),
          '|',
          [1, 2],
          'L',
          'R',
          1,
          false,
        ),
      ) as tf.Tensor[],
  ),
  forward(
    'stringSplit',
    [],
    () =>
      Object.values(
        tf.string.stringSplit(tf.tensor1d(['a b', 'c'], 'string'), tf.scalar(' ', 'string')),
      ) as tf.Tensor[],
  ),
  forward('stringToHashBucketFast', [], () => tf.string.stringToHashBucketFast(tf.tensor1d(['a', 'b'], 'string'), 10)),
  forward('staticRegexReplace', [], () => tf.string.staticRegexReplace(tf.tensor1d(['aba', 'c'], 'string'), 'a', 'x')),
  forward('reshape and concat of strings', [], () =>
    tf.concat([tf.tensor1d(['a', 'b'], 'string'), tf.tensor1d(['c'], 'string')]),
  ),
];

const random: Case[] = [
  forward('multinomial', [uniform(0, 1, 2, 4)], (p: tf.Tensor2D) => tf.multinomial(p, 8, 7)),
  forward('seeded random tensors', [], () => [
    tf.randomUniform([5], 0, 1, 'float32', 3),
    tf.randomNormal([5], 0, 1, 'float32', 3),
    tf.truncatedNormal([5], 0, 1, 'float32', 3),
    tf.dropout(tf.ones([9]), 0.5, undefined, 3),
  ]),
];

/** What neither models nor layers use often: image, sparse, ragged, string and random ops. */
export const rare: Case[] = [...resize, ...image, ...sparse, ...ragged, ...strings, ...random];
