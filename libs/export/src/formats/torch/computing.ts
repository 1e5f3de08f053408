import { pythonFloat, pythonList, pythonTuple, type Express, type OperatorTable, type TorchCall } from './call.js';

/** Operators that weigh and sum: convolution, pooling, products, recurrence, normalisation, reductions. */
export const computing: OperatorTable = {
  Conv: convolution,
  ConvTranspose: ({ x, has, list, int, unsupported }) => {
    const strides = list('strides');
    const ones = strides.map(() => 1);
    if (list('dilations', ones).some((dilation) => dilation !== 1)) throw unsupported('dilation is not mapped');
    const zeros = strides.map(() => 0);
    const [pads, extra] = [list('pads', [...zeros, ...zeros]), list('output_padding', zeros)];
    const geometry = [strides, pads, extra].map(pythonList).join(', ');
    return `conv_transpose(${x(0)}, ${x(1)}, ${has(2) ? x(2) : 'None'}, ${geometry}, ${int('group', 1)})`;
  },
  MaxPool: (call) => `max_pool(${pooling(call)})`,
  AveragePool: (call) => `average_pool(${pooling(call)}, ${call.int('count_include_pad', 0) ? 'True' : 'False'})`,

  MatMul: ({ x }) => `${x(0)} @ ${x(1)}`,
  Gemm: ({ x, has, int, float }) => {
    const turned = (i: number, attribute: string): string => (int(attribute, 0) ? `${x(i)}.T` : x(i));
    const [alpha, beta] = [float('alpha', 1), float('beta', 1)];
    const product = `${turned(0, 'transA')} @ ${turned(1, 'transB')}`;
    const scaled = alpha === 1 ? product : `${pythonFloat(alpha)} * (${product})`;
    return has(2) ? `${scaled} + ${beta === 1 ? '' : `${pythonFloat(beta)} * `}${x(2)}` : scaled;
  },
  Attention: (call) => {
    const { x, has, float, node, count } = call;
    if (count > 4 || Object.keys(node.attributes).some((name) => name !== 'scale'))
      throw call.unsupported('attention other than softmax(q kᵀ scale + bias) v is not mapped');
    const bias = has(3) ? `attn_mask=${x(3)}, ` : '';
    const operands = `${x(0)}, ${x(1)}, ${x(2)}`;
    return `F.scaled_dot_product_attention(${operands}, ${bias}scale=${pythonFloat(float('scale'))})`;
  },
  LSTM: (call) => {
    const { x, text, count } = call;
    if (count > 4 || 'activations' in call.node.attributes || 'clip' in call.node.attributes || call.int('layout', 0))
      throw call.unsupported('states, lengths and activations other than the usual are not mapped');
    return `lstm(${x(0)}, ${x(1)}, ${x(2)}, ${x(3)}, '${text('direction', 'forward')}')`;
  },
  BatchNormalization: ({ x, float }) =>
    `F.batch_norm(${x(0)}, ${x(3)}, ${x(4)}, ${x(1)}, ${x(2)}, False, 0.0, ${pythonFloat(float('epsilon', 1e-5))})`,
  LayerNormalization: ({ x, has, int, float }) =>
    `F.layer_norm(${x(0)}, ${x(0)}.shape[${int('axis', -1)}:], ${x(1)}, ${has(2) ? x(2) : 'None'}, ${pythonFloat(float('epsilon', 1e-5))})`,

  ReduceMean: reduction('mean'),
  ReduceSum: reduction('sum'),
  ReduceMax: reduction('amax'),
  ReduceMin: reduction('amin'),
  ReduceProd: ({ x, ints, int }) =>
    ints(1)
      .toSorted((a, b) => b - a)
      .reduce((text, axis) => `${text}.prod(${axis}${kept(int)})`, x(0)),
  ArgMax: ({ x, int }) => `${x(0)}.argmax(${int('axis', 0)}${kept(int)})`,
  ArgMin: ({ x, int }) => `${x(0)}.argmin(${int('axis', 0)}${kept(int)})`,
  Softmax: ({ x, int }) => `${x(0)}.softmax(${int('axis', -1)})`,
  LogSoftmax: ({ x, int }) => `${x(0)}.log_softmax(${int('axis', -1)})`,
  CumSum: ({ x, ints, int }) => {
    const flags = [int('exclusive', 0), int('reverse', 0)].map((flag) => (flag ? 'True' : 'False'));
    return `cumsum(${x(0)}, ${ints(1)[0]}, ${flags.join(', ')})`;
  },
};

const kept = (int: TorchCall['int']): string => (int('keepdims', 1) ? ', keepdim=True' : '');

function reduction(method: string): Express {
  return ({ x, has, ints, int }) => `${x(0)}.${method}(${has(1) ? pythonTuple(ints(1)) : 'None'}${kept(int)})`;
}

function convolution(call: TorchCall): string {
  const { x, has, list, int } = call;
  const strides = list('strides');
  const axes = strides.length;
  if (axes > 2) throw call.unsupported('more than two axes are not mapped');
  const pads = list('pads', [...strides, ...strides].fill(0));
  const [before, after] = [pads.slice(0, axes), pads.slice(axes)];
  const isEven = before.every((pad, i) => pad === after[i]);
  // PyTorch pads both sides alike, or else begins with the last axis
  const sides = before.flatMap((pad, i) => [[pad, after[i]]]).toReversed();
  const input = isEven ? x(0) : `F.pad(${x(0)}, ${pythonList(sides.flat())})`;
  const dilations = list(
    'dilations',
    strides.map(() => 1),
  );
  const group = int('group', 1);
  const options = [
    ...(has(2) ? [x(2)] : []),
    ...(strides.some((n) => n !== 1) ? [`stride=${pythonTuple(strides)}`] : []),
    ...(isEven && before.some((n) => n !== 0) ? [`padding=${pythonTuple(before)}`] : []),
    ...(dilations.some((n) => n !== 1) ? [`dilation=${pythonTuple(dilations)}`] : []),
    ...(group === 1 ? [] : [`groups=${group}`]),
  ];
  return `F.conv${axes}d(${[input, x(1), ...options].join(', ')})`;
}

function pooling(call: TorchCall): string {
  const { x, list, int, text } = call;
  const kernel = list('kernel_shape');
  if (kernel.length > 2) throw call.unsupported('more than two axes are not mapped');
  if (list('dilations', [1]).some((n) => n !== 1) || text('auto_pad', 'NOTSET') !== 'NOTSET')
    throw call.unsupported('dilation and padding left to the operator are not mapped');
  const strides = list(
    'strides',
    kernel.map(() => 1),
  );
  const pads = list('pads', [...kernel, ...kernel].fill(0));
  return [x(0), ...[kernel, strides, pads].map(pythonList), int('ceil_mode', 0) ? 'True' : 'False'].join(', ');
}
