import * as tfl from '@tensorflow/tfjs-layers';

const { layers } = tfl;
type Node = tfl.SymbolicTensor;

/** The 8.8 M parameter SE-ResNet1D of the engine comparison: stem k15 stride 2, pool, basic blocks 64x2 128x2 256x2 512x2, k7, SE 16. */
export function seResnet(
  options: { samples?: number; leads?: number; classes?: number; widths?: number[]; kernel?: number } = {},
): tfl.LayersModel {
  const { samples = 1000, leads = 12, classes = 5, widths = [64, 128, 256, 512], kernel = 7 } = options;
  let seed = 0;
  const initializer = () => tfl.initializers.heNormal({ seed: ++seed });
  const convolution = (x: Node, filters: number, kernelSize: number, strides: number): Node => {
    const args = {
      filters,
      kernelSize,
      strides,
      padding: 'same' as const,
      useBias: false,
      kernelInitializer: initializer(),
    };
    return layers.batchNormalization({}).apply(layers.conv1d(args).apply(x)) as Node;
  };
  const relu = (x: Node): Node => layers.activation({ activation: 'relu' }).apply(x) as Node;
  const dense = (x: Node, units: number, activation: 'relu' | 'sigmoid' | 'linear'): Node =>
    layers.dense({ units, activation, kernelInitializer: initializer() }).apply(x) as Node;
  const block = (x: Node, filters: number, strides: number): Node => {
    const inner = convolution(relu(convolution(x, filters, kernel, strides)), filters, kernel, 1);
    const pooled = layers.globalAveragePooling1d({}).apply(inner) as Node;
    const gates = dense(dense(pooled, Math.max(4, filters / 16), 'relu'), filters, 'sigmoid');
    const gated = layers
      .multiply()
      .apply([inner, layers.reshape({ targetShape: [1, filters] }).apply(gates) as Node]) as Node;
    const isSame = strides === 1 && x.shape[2] === filters;
    return relu(layers.add().apply([gated, isSame ? x : convolution(x, filters, 1, strides)]) as Node);
  };

  const input = tfl.input({ shape: [samples, leads] });
  let x = relu(convolution(input, widths[0], 15, 2));
  x = layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' }).apply(x) as Node;
  for (const [i, filters] of widths.entries()) {
    x = block(x, filters, i === 0 ? 1 : 2);
    x = block(x, filters, 1);
  }
  const logits = dense(layers.globalAveragePooling1d({}).apply(x) as Node, classes, 'linear');
  return tfl.model({ inputs: input, outputs: logits });
}

/** The platform's default CNN-LSTM, here on single beats: convolutions with kernels 7/5/3/3, pools of 2, two bidirectional LSTM layers. */
export function cnnLstm(
  options: { samples?: number; leads?: number; classes?: number; widths?: number[]; units?: number } = {},
): tfl.LayersModel {
  const { samples = 180, leads = 1, classes = 5, widths = [64, 128, 256, 512], units = 256 } = options;
  const input = tfl.input({ shape: [samples, leads] });
  let x: Node = input;
  for (const [i, filters] of widths.entries()) {
    x = layers.conv1d({ filters, kernelSize: [7, 5, 3, 3][i], padding: 'same', useBias: false }).apply(x) as Node;
    x = layers.activation({ activation: 'relu' }).apply(layers.batchNormalization({}).apply(x)) as Node;
    x = layers.maxPooling1d({ poolSize: 2, strides: 2 }).apply(x) as Node;
  }
  for (const returnSequences of [true, false]) {
    const layer = layers.lstm({
      units,
      returnSequences,
      recurrentActivation: 'sigmoid',
      recurrentInitializer: 'glorotUniform',
    });
    x = layers.bidirectional({ layer: layer as tfl.RNN, mergeMode: 'concat' }).apply(x) as Node;
  }
  return tfl.model({ inputs: input, outputs: layers.dense({ units: classes }).apply(x) as Node });
}
