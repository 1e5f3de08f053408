import { classifier, Layers, modelFactory } from '@cardio/models';
import * as tfl from '@tensorflow/tfjs-layers';

/** What a model of the benchmark is made for. */
interface ModelOptions {
  /** Samples (T). */
  readonly length: number;
  readonly leads: number;
  readonly classes: number;
  /** Whether the model drops in training as it does by default, or nothing. */
  readonly dropout: boolean;
}

type Tensor = tfl.SymbolicTensor;
type Create = (options: ModelOptions) => tfl.LayersModel;

/** The models of the benchmark; `peer_models.py` has the same under the same names. */
export const models: Readonly<Record<string, Create>> = {
  se_resnet1d: design('se_resnet1d'),
  cnn_lstm: design('cnn_lstm'),
  ecg_transformer: design('ecg_transformer'),
  heartbeit: design('heartbeit'),
  xresnet1d101: design('xresnet1d101'),
  inception1d: design('inception1d'),
  resnet1d_wang: design('resnet1d_wang'),
  resnet: design('se_resnet1d', { stemKernel: 15, blocks: [2, 2, 2, 2], kernel: 7, dropout: 0 }),
  cnnlstm,
  transformer,
};

/** A built-in model at its default size, or with some numbers of its architecture changed. */
function design(name: string, changes: object = {}): Create {
  return ({ dropout, ...options }) => {
    const none = name === 'heartbeit' ? { dropout: 0, dropPath: 0 } : { dropout: 0 };
    return modelFactory.create(name, { ...inputOf(options), ...changes, ...(dropout ? {} : none) });
  };
}

/** The small CNN-LSTM of the first engine trials: two strided convolutions with bias, two bidirectional LSTMs of 128, mean over time. */
function cnnlstm(options: ModelOptions): tfl.LayersModel {
  const layers = new Layers(0);
  const conv = (x: Tensor, i: number, filters: number, kernelSize: number): Tensor => {
    const args = { name: `conv${i}`, filters, kernelSize, strides: 2, padding: 'same' as const };
    const y = tfl.layers.conv1d(args).apply(x) as Tensor;
    return layers.norm(y, `norm${i}`, 'relu');
  };
  const body = (ecg: Tensor): Tensor => {
    let x = layers.pool(conv(conv(ecg, 1, 64, 7), 2, 128, 5), 'pool', 2); // [B, T/8, 128]
    for (const i of [1, 2]) x = layers.bidirectionalLstm(x, `lstm${i}`, 128, true); // [B, T/8, 256]
    return layers.mean(x, 'mean');
  };
  return classifier('cnnlstm', inputOf(options), layers, body, 0);
}

/** The small transformer of the first engine trials: patches of 10, six pre-norm layers of 256 with dropout inside the feed-forward part too. */
function transformer(options: ModelOptions): tfl.LayersModel {
  const layers = new Layers(0);
  const dropout = options.dropout ? 0.1 : 0;
  const block = (x: Tensor, name: string): Tensor => {
    let y = layers.layerNorm(x, `${name}_norm1`);
    y = layers.attention(y, `${name}_attention`, { heads: 8, dropout });
    x = layers.add(x, layers.dropout(y, `${name}_dropout1`, dropout), `${name}_add1`);
    y = layers.gelu(layers.dense(layers.layerNorm(x, `${name}_norm2`), `${name}_dense1`, 1024), `${name}_gelu`);
    y = layers.dense(layers.dropout(y, `${name}_dropout2`, dropout), `${name}_dense2`, 256);
    return layers.add(x, layers.dropout(y, `${name}_dropout3`, dropout), `${name}_add2`);
  };
  const body = (ecg: Tensor): Tensor => {
    let x = layers.patches(ecg, 'patches', 10, 256); // [B, T/10, 256]
    for (let i = 1; i <= 6; i++) x = block(x, `block${i}`);
    return layers.mean(x, 'mean');
  };
  return classifier('transformer', inputOf(options), layers, body, 0);
}

const inputOf = ({ length, leads, classes }: Omit<ModelOptions, 'dropout'>) => ({
  inputLength: length,
  inputChannels: leads,
  inputFeatures: 0,
  numClasses: classes,
  seed: 0,
});
