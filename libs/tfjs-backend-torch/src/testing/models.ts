import * as tfl from '@tensorflow/tfjs-layers';

const L = tfl.layers;
type Symbolic = tfl.SymbolicTensor;

/** A small network around one layer: the shape of one example, and what is done to it. */
interface Network {
  readonly name: string;
  readonly shape: number[];
  readonly build: (x: Symbolic) => Symbolic;
  /** Inputs are whole numbers below this, for layers that take indices. */
  readonly indices?: number;
  /** Nothing with weights may come before it: tfjs has no gradient of it. */
  readonly isFirst?: true;
}

const network = (name: string, shape: number[], ...layers: tfl.layers.Layer[]): Network => ({
  name,
  shape,
  build: (x) => layers.reduce((y, layer) => layer.apply(y) as Symbolic, x),
});

const first = (...args: Parameters<typeof network>): Network => ({ ...network(...args), isFirst: true });

const of = (name: string, shape: number[], build: Network['build']): Network => ({ name, shape, build });

const apply = (layer: tfl.layers.Layer, ...x: Symbolic[]): Symbolic => layer.apply(x) as Symbolic;

// prettier-ignore
const [vector, series, picture, volume] = [[8], [12, 3], [8, 6, 3], [4, 5, 4, 2]];

// prettier-ignore
const activations = [
  'elu', 'hardSigmoid', 'linear', 'relu', 'relu6', 'selu', 'sigmoid', 'softmax', 'softplus', 'softsign', 'tanh', 'swish', 'mish', 'gelu', 'gelu_new',
] as const;

/** The stock orthogonal initialiser needs tensors' methods, which a plain tfjs-core has not. */
const recurrentInitializer = 'glorotNormal';

/** One network for each layer of tfjs-layers; made anew for every backend, as layers hold weights. */
// prettier-ignore
export const networks: () => Network[] = () => [
  network('dense', vector, L.dense({ units: 4, activation: 'relu', useBias: false })),
  network(
    'dense with penalties and constraints',
    vector,
    L.dense({ units: 4, kernelRegularizer: 'l1l2', kernelConstraint: 'maxNorm', biasRegularizer: 'l1l2' }),
  ),
  network('dense over time', series, L.dense({ units: 4, activation: 'tanh' })),
  ...activations.map((activation) => network(`activation ${activation}`, vector, L.activation({ activation }))),
  network('reLU', vector, L.reLU({ maxValue: 0.5 })),
  network('leakyReLU', vector, L.leakyReLU({ alpha: 0.2 })),
  network('prelu', vector, L.prelu({ alphaInitializer: 'randomNormal' })),
  network('prelu shared over axes', picture, L.prelu({ alphaInitializer: 'randomNormal', sharedAxes: [1, 2] })),
  network('elu', vector, L.elu({ alpha: 1 })),
  first('thresholdedReLU', vector, L.thresholdedReLU({ theta: 0.3 })),
  network('softmax', series, L.softmax({ axis: -1 })),
  network('conv1d', series, L.conv1d({ filters: 4, kernelSize: 5, strides: 2, padding: 'same', activation: 'relu' })),
  network('conv2d', picture, L.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' })),
  network('conv2d valid, strided', picture, L.conv2d({ filters: 4, kernelSize: [3, 2], strides: [2, 1] })),
  network('conv2dTranspose', picture, L.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' })),
  network('conv3d', volume, L.conv3d({ filters: 3, kernelSize: 2 })),
  network('depthwiseConv2d', picture, L.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })),
  network('separableConv2d', picture, L.separableConv2d({ filters: 4, kernelSize: 3, padding: 'same' })),
  network('maxPooling1d', series, L.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' })),
  network('averagePooling1d', series, L.averagePooling1d({ poolSize: 2 })),
  network('maxPooling2d', picture, L.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
  network('averagePooling2d', picture, L.averagePooling2d({ poolSize: 2, strides: 1 })),
  network('maxPooling3d', volume, L.maxPooling3d({})),
  network('averagePooling3d', volume, L.averagePooling3d({ poolSize: [1, 2, 2] })),
  network('globalAveragePooling1d', series, L.globalAveragePooling1d({})),
  network('globalMaxPooling1d', series, L.globalMaxPooling1d({})),
  network('globalAveragePooling2d', picture, L.globalAveragePooling2d({})),
  network('globalMaxPooling2d', picture, L.globalMaxPooling2d({})),
  network('batchNormalization', series, L.batchNormalization({ momentum: 0.9 })),
  network('batchNormalization of images', picture, L.batchNormalization({ epsilon: 0.01 })),
  network('layerNormalization', series, L.layerNormalization({})),
  network('layerNormalization over two axes', series, L.layerNormalization({ axis: [1, 2] })),
  network('lstm', series, L.lstm({ units: 4, returnSequences: true, recurrentInitializer })),
  network('lstm with dropout', series, L.lstm({ units: 4, dropout: 0.2, recurrentDropout: 0.1, recurrentInitializer })),
  network('lstm backwards', series, L.lstm({ units: 4, goBackwards: true, recurrentInitializer })),
  network('gru', series, L.gru({ units: 4, recurrentInitializer })),
  network('simpleRNN', series, L.simpleRNN({ units: 4, returnSequences: true, recurrentInitializer })),
  network(
    'rnn of stacked cells',
    series,
    L.rnn({
      cell: [
        L.gruCell({ units: 3, recurrentInitializer }),
        L.lstmCell({ units: 4, recurrentInitializer }),
        L.simpleRNNCell({ units: 2, recurrentInitializer }),
      ],
    }),
  ),
  ...(['concat', 'sum', 'mul', 'ave'] as const).map((mergeMode) =>
    network(`bidirectional ${mergeMode}`, series, L.bidirectional({ layer: L.lstm({ units: 4, returnSequences: true, recurrentInitializer }), mergeMode })),
  ),
  network('timeDistributed', series, L.timeDistributed({ layer: L.dense({ units: 2 }) })),
  network('convLstm2d', [3, 5, 5, 2], L.convLstm2d({ filters: 2, kernelSize: 3, recurrentInitializer }) as unknown as tfl.layers.Layer),
  first('masking', series, L.masking({ maskValue: 0 }), L.lstm({ units: 2, recurrentInitializer })),
  network('dropout', vector, L.dropout({ rate: 0.3 })),
  network('gaussianDropout', vector, L.gaussianDropout({ rate: 0.3 })),
  network('gaussianNoise', vector, L.gaussianNoise({ stddev: 0.1 })),
  network('alphaDropout', vector, L.alphaDropout({ rate: 0.3 })),
  network('spatialDropout1d', series, L.spatialDropout1d({ rate: 0.3 })),
  network('permute, reshape and flatten', series, L.reshape({ targetShape: [6, 6] }), L.permute({ dims: [2, 1] }), L.flatten()),
  network('repeatVector', vector, L.repeatVector({ n: 3 })),
  first(
    'zeroPadding2d, upSampling2d and cropping2D',
    picture,
    L.zeroPadding2d({ padding: [1, 2] }),
    L.upSampling2d({ size: [2, 3] }),
    L.cropping2D({ cropping: [[1, 1], [2, 1]] }),
  ),
  network('upSampling2d bilinear', [6, 6, 3], L.upSampling2d({ size: [2, 2], interpolation: 'bilinear' })),
  network('rescaling', picture, L.rescaling({ scale: 0.5, offset: 1 })),
  first('centerCrop', picture, L.centerCrop({ height: 4, width: 4 })),
  ...(['add', 'multiply', 'average', 'maximum', 'minimum', 'concatenate'] as const).map((name) =>
    of(name, vector, (x) => apply(L[name]({}), L.dense({ units: 5 }).apply(x) as Symbolic, L.dense({ units: 5 }).apply(x) as Symbolic)),
  ),
  of('dot', vector, (x) => apply(L.dot({ axes: 1, normalize: true }), L.dense({ units: 5 }).apply(x) as Symbolic, L.dense({ units: 5 }).apply(x) as Symbolic)),
  { ...network('embedding', [6], L.embedding({ inputDim: 9, outputDim: 3 })), indices: 9 },
  { ...network('categoryEncoding', [4], L.categoryEncoding({ numTokens: 5, outputMode: 'multiHot' })), indices: 5 },
];

/** What is left out, and why. */
export const untested: Readonly<Record<string, string>> = {
  Layer: 'a base class',
  RNN: 'a base class',
  RNNCell: 'a base class',
  input: 'in every network',
  inputLayer: 'in every network',
  stackedRNNCells: 'made by rnn of an array of cells',
  convLstm2dCell: 'in convLstm2d',
  conv3dTranspose: 'tfjs has no gradient of it',
  resizing: 'tfjs hands it a list in place of a tensor inside a model',
  randomWidth: 'its output has a random shape',
};

export const optimizers = [
  'sgd',
  'momentum',
  'adam',
  'adamax',
  'rmsprop',
  'rmsprop centered',
  'adagrad',
  'adadelta',
] as const;

/** Each loss with the activation that its predictions need. */
export const losses: [loss: string, activation: 'sigmoid' | 'softmax' | 'linear'][] = [
  ['meanSquaredError', 'linear'],
  ['meanAbsoluteError', 'linear'],
  ['meanAbsolutePercentageError', 'sigmoid'],
  ['meanSquaredLogarithmicError', 'sigmoid'],
  ['squaredHinge', 'linear'],
  ['hinge', 'linear'],
  ['categoricalHinge', 'linear'],
  ['logcosh', 'linear'],
  ['categoricalCrossentropy', 'softmax'],
  ['sparseCategoricalCrossentropy', 'softmax'],
  ['binaryCrossentropy', 'sigmoid'],
  ['kullbackLeiblerDivergence', 'softmax'],
  ['poisson', 'sigmoid'],
  ['cosineProximity', 'linear'],
];
