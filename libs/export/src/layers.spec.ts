import {
  DropPath,
  FusedBatchNorm,
  FusedLayerNorm,
  FusedLstm,
  Gelu,
  LayerScale,
  MultiHeadAttention,
  PositionEmbedding,
  RelativePositionBias,
  startEngine,
  type EngineName,
} from '@cardio/engine';
import { beforeAll, expect, test } from '@jest/globals';
import type * as tfl from '@tensorflow/tfjs-layers';
import { layers } from '@tensorflow/tfjs-layers';
import { chain, compare, modelOf } from './spec-support.js';

beforeAll(async () => {
  await startEngine((process.env['CARDIO_TEST_ENGINE'] ?? 'cpu') as EngineName);
});

const signal = [12, 4]; // T, L
const image = [6, 8, 3]; // H, W, C
const conv = (): tfl.layers.Layer => layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same' }); // its output is channels-first
const apply = (layer: tfl.layers.Layer, x: tfl.SymbolicTensor[]): tfl.SymbolicTensor =>
  layer.apply(x) as tfl.SymbolicTensor;

/** A block of HeartBEiT: patches, attention with relative positions, feed-forward part. */
function encoder(x: tfl.SymbolicTensor): tfl.SymbolicTensor {
  const patches = chain(x, layers.conv1d({ filters: 8, kernelSize: 5, strides: 5, padding: 'same' }));
  const bias = chain(patches, new RelativePositionBias({ heads: 2 }));
  const attended = apply(new MultiHeadAttention({ heads: 2, rate: 0.1 }), [chain(patches, new FusedLayerNorm()), bias]);
  const scaled = chain(attended, new LayerScale({ initial: 0.1 }), new DropPath({ rate: 0.1, seed: 1 }));
  const y = apply(layers.add(), [patches, scaled]);
  const inner = chain(y, new FusedLayerNorm(), layers.dense({ units: 16 }), new Gelu(), layers.dense({ units: 8 }));
  return chain(apply(layers.add(), [y, inner]), layers.globalAveragePooling1d(), new FusedLayerNorm());
}

const recurrent = { units: 3, recurrentInitializer: 'glorotNormal' } as const; // the default, orthogonal, needs tfjs's chained ops

/** One model per row: name, shapes of the inputs, layers. */
const table: Record<string, [number[][], (...x: tfl.SymbolicTensor[]) => tfl.SymbolicTensor]> = {
  'conv1d same': [
    [signal],
    (x) => chain(x, layers.conv1d({ filters: 5, kernelSize: 4, padding: 'same', activation: 'relu' })),
  ],
  'conv1d valid, strides': [[signal], (x) => chain(x, layers.conv1d({ filters: 5, kernelSize: 3, strides: 2 }))],
  'conv1d same, strides': [
    [signal],
    (x) => chain(x, layers.conv1d({ filters: 5, kernelSize: 5, strides: 3, padding: 'same' })),
  ],
  'conv1d of length 1': [[[1, 4]], (x) => chain(x, layers.conv1d({ filters: 2, kernelSize: 3, padding: 'same' }))],
  conv2d: [
    [image],
    (x) => chain(x, layers.conv2d({ filters: 4, kernelSize: [3, 2], strides: [1, 2], padding: 'same' })),
  ],
  conv2dTranspose: [
    [image],
    (x) => chain(x, layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' })),
  ],
  separableConv2d: [
    [image],
    (x) => chain(x, layers.separableConv2d({ filters: 4, kernelSize: 3, depthMultiplier: 2 })),
  ],
  depthwiseConv2d: [
    [image],
    (x) => chain(x, layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' })),
  ],
  'stacked convolutions with residual': [
    [signal],
    (x) => {
      const y = chain(
        x,
        layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same' }),
        layers.batchNormalization(),
        layers.reLU(),
      );
      return layers.add().apply([x, y]) as tfl.SymbolicTensor;
    },
  ],

  'batchNormalization of a signal': [[signal], (x) => chain(x, layers.batchNormalization())],
  'batchNormalization of a vector': [[[7]], (x) => chain(x, layers.batchNormalization())],
  'batchNormalization of an image': [[image], (x) => chain(x, layers.batchNormalization({ scale: false }))],
  layerNormalization: [[signal], (x) => chain(x, layers.layerNormalization())],

  FusedBatchNorm: [[signal], (x) => chain(x, new FusedBatchNorm())],
  FusedLayerNorm: [[signal], (x) => chain(x, conv(), new FusedLayerNorm())],
  'FusedLayerNorm of a vector': [[[7]], (x) => chain(x, new FusedLayerNorm())],
  Gelu: [[signal], (x) => chain(x, conv(), new Gelu())],
  'Gelu by tanh': [[signal], (x) => chain(x, new Gelu({ approximate: 'tanh' }))],
  FusedLstm: [[signal], (x) => chain(x, new FusedLstm({ units: 3 }))],
  'FusedLstm of every step': [[signal], (x) => chain(x, conv(), new FusedLstm({ units: 3, returnSequences: true }))],
  'two bidirectional FusedLstm': [
    [signal],
    (x) =>
      chain(
        x,
        new FusedLstm({ units: 3, bidirectional: true, returnSequences: true }),
        new FusedLstm({ units: 2, bidirectional: true }),
      ),
  ],
  MultiHeadAttention: [[signal], (x) => chain(x, new MultiHeadAttention({ heads: 2 }))],
  'PositionEmbedding, learned and sinusoidal': [
    [signal],
    (x) => chain(x, conv(), new PositionEmbedding({ kind: 'learned' }), new PositionEmbedding({ kind: 'sinusoidal' })),
  ],
  'a transformer encoder with relative positions': [[signal], encoder],

  ...Object.fromEntries(
    (
      [
        'elu',
        'hardSigmoid',
        'linear',
        'relu',
        'relu6',
        'selu',
        'sigmoid',
        'softmax',
        'softplus',
        'softsign',
        'tanh',
        'swish',
        'mish',
        'gelu',
        'gelu_new',
      ] as const
    ).flatMap((activation): [string, [number[][], (x: tfl.SymbolicTensor) => tfl.SymbolicTensor]][] => [
      [`activation ${activation}`, [[signal], (x) => chain(x, layers.activation({ activation }))]],
      [`dense with ${activation}`, [[[6]], (x) => chain(x, layers.dense({ units: 5, activation }))]],
    ]),
  ),
  leakyReLU: [[signal], (x) => chain(x, layers.leakyReLU({ alpha: 0.2 }))],
  prelu: [[signal], (x) => chain(x, layers.prelu())],
  thresholdedReLU: [[signal], (x) => chain(x, layers.thresholdedReLU({ theta: 0.5 }))],

  maxPooling1d: [[signal], (x) => chain(x, layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' }))],
  averagePooling1d: [[signal], (x) => chain(x, layers.averagePooling1d({ poolSize: 3, strides: 2, padding: 'same' }))],
  maxPooling2d: [[image], (x) => chain(x, layers.maxPooling2d({ poolSize: 2 }))],
  averagePooling2d: [[image], (x) => chain(x, layers.averagePooling2d({ poolSize: 3, padding: 'same' }))],
  globalAveragePooling1d: [[signal], (x) => chain(x, layers.globalAveragePooling1d())],
  globalMaxPooling1d: [[signal], (x) => chain(x, layers.globalMaxPooling1d())],
  globalAveragePooling2d: [[image], (x) => chain(x, layers.globalAveragePooling2d({}))],
  globalMaxPooling2d: [[image], (x) => chain(x, layers.globalMaxPooling2d({}))],

  lstm: [[signal], (x) => chain(x, layers.lstm(recurrent))],
  'lstm with sequences': [
    [signal],
    (x) => chain(x, layers.lstm({ ...recurrent, returnSequences: true, recurrentActivation: 'sigmoid' })),
  ],
  'lstm backwards': [[signal], (x) => chain(x, layers.lstm({ ...recurrent, goBackwards: true }))],
  gru: [[signal], (x) => chain(x, layers.gru({ ...recurrent, returnSequences: true }))],
  simpleRNN: [[signal], (x) => chain(x, layers.simpleRNN(recurrent))],
  'bidirectional concat': [
    [signal],
    (x) =>
      chain(
        x,
        layers.bidirectional({
          layer: layers.lstm({ ...recurrent, returnSequences: true }) as never,
          mergeMode: 'concat',
        }),
      ),
  ],
  'bidirectional sum': [
    [signal],
    (x) => chain(x, layers.bidirectional({ layer: layers.gru(recurrent) as never, mergeMode: 'sum' })),
  ],
  'masking and lstm': [[signal], (x) => chain(x, layers.masking({ maskValue: 0 }), layers.lstm(recurrent))],
  'timeDistributed dense': [[signal], (x) => chain(x, layers.timeDistributed({ layer: layers.dense({ units: 2 }) }))],
  'convolutions, then lstm': [
    [signal],
    (x) =>
      chain(
        x,
        layers.conv1d({ filters: 5, kernelSize: 3 }),
        layers.maxPooling1d({ poolSize: 2 }),
        layers.lstm(recurrent),
      ),
  ],

  'dense of a sequence': [[signal], (x) => chain(x, layers.dense({ units: 5, activation: 'tanh' }))],
  'squeeze and excite': [
    [signal],
    (x) => {
      const y = chain(x, layers.conv1d({ filters: 6, kernelSize: 3, padding: 'same' }));
      const squeeze = chain(y, layers.globalAveragePooling1d(), layers.dense({ units: 2, activation: 'relu' }));
      const excite = chain(
        squeeze,
        layers.dense({ units: 6, activation: 'sigmoid' }),
        layers.reshape({ targetShape: [1, 6] }),
      );
      return layers.multiply().apply([y, excite]) as tfl.SymbolicTensor;
    },
  ],
  'two inputs': [
    [signal, [5]],
    (x, features) =>
      layers.concatenate().apply([chain(x, layers.globalMaxPooling1d()), features]) as tfl.SymbolicTensor,
  ],
  dot: [[signal, [4]], (x, features) => layers.dot({ axes: [2, 1] }).apply([x, features]) as tfl.SymbolicTensor],
  ...Object.fromEntries(
    (['add', 'average', 'maximum', 'minimum', 'multiply'] as const).map((name) => [
      name,
      [
        [signal],
        (x) => layers[name]().apply([x, chain(x, layers.conv1d({ filters: 4, kernelSize: 1 }))]) as tfl.SymbolicTensor,
      ],
    ]),
  ),
  'concatenate along time': [
    [signal],
    (x) =>
      layers
        .concatenate({ axis: 1 })
        .apply([chain(x, layers.conv1d({ filters: 4, kernelSize: 2 })), x]) as tfl.SymbolicTensor,
  ],
  permute: [[signal], (x) => chain(x, layers.permute({ dims: [2, 1] }), layers.conv1d({ filters: 2, kernelSize: 2 }))],
  reshape: [
    [signal],
    (x) => chain(x, layers.reshape({ targetShape: [6, 8] }), layers.conv1d({ filters: 2, kernelSize: 2 })),
  ],
  repeatVector: [[[5]], (x) => chain(x, layers.repeatVector({ n: 3 }))],
  embedding: [
    [[4]],
    (x) => chain(x, layers.thresholdedReLU({ theta: 100 }), layers.embedding({ inputDim: 3, outputDim: 2 })),
  ],
  zeroPadding2d: [
    [image],
    (x) =>
      chain(
        x,
        layers.zeroPadding2d({
          padding: [
            [1, 2],
            [0, 3],
          ],
        }),
      ),
  ],
  cropping2D: [
    [image],
    (x) =>
      chain(
        x,
        layers.cropping2D({
          cropping: [
            [1, 1],
            [2, 0],
          ],
        }),
      ),
  ],
  upSampling2d: [[image], (x) => chain(x, layers.upSampling2d({ size: [2, 3] }))],
  'dropouts and noise': [
    [signal],
    (x) =>
      chain(
        x,
        layers.dropout({ rate: 0.5 }),
        layers.spatialDropout1d({ rate: 0.5 }),
        layers.gaussianNoise({ stddev: 1 }),
      ),
  ],
  rescaling: [[signal], (x) => chain(x, layers.rescaling({ scale: 2, offset: 1 }))],
};

test.each(Object.entries(table))(
  '%s gives in ONNX Runtime what it gives in TensorFlow.js, at any batch size',
  async (_, [shapes, body]) => {
    const { logitsDiff, parity } = await compare(modelOf(shapes, body));
    // float32 sums in another order: about 1e-6 for numbers near 1
    expect(logitsDiff).toBeLessThan(2e-5);
    expect(parity).toMatchObject({ maxAbsDiff: expect.any(Number), inputs: 16, real: 0 });
  },
);

test('fused layers become the operators of ONNX, one each', async () => {
  const ops = async (body: (x: tfl.SymbolicTensor) => tfl.SymbolicTensor): Promise<string[]> =>
    (await compare(modelOf([signal], body))).file.graph?.node.map((node) => node.opType) ?? [];
  const recurrentOps = await ops((x) => chain(x, new FusedLstm({ units: 3, bidirectional: true })));
  expect(recurrentOps.filter((op) => op === 'LSTM')).toHaveLength(1);
  const encoderOps = await ops(encoder);
  expect(encoderOps.filter((op) => ['LayerNormalization', 'Gelu', 'Attention', 'Softmax'].includes(op)).sort()).toEqual(
    ['Attention', 'Gelu', ...Array(3).fill('LayerNormalization')],
  );
});
