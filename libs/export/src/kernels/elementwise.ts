import { sameDims, type Dim } from '../dims.js';
import type { Attribute, Graph, TensorLike } from '../graph.js';
import { nativeOrder, plainOrder, relaid, viewOf, type Value, type View } from '../value.js';
import type { Call, Emit, KernelTable } from './call.js';

/** Kernels that work on each element alone, with broadcasting. They run in whatever axis order their operands lie in. */
export const elementwise: KernelTable = {
  ...Object.fromEntries(
    [
      'Abs',
      'Acos',
      'Acosh',
      'Asin',
      'Asinh',
      'Atan',
      'Atanh',
      'Ceil',
      'Cos',
      'Cosh',
      'Elu',
      'Erf',
      'Exp',
      'Floor',
      'Log',
      'Neg',
    ]
      .concat([
        'Reciprocal',
        'Relu',
        'Round',
        'Selu',
        'Sigmoid',
        'Sign',
        'Sin',
        'Sinh',
        'Softplus',
        'Sqrt',
        'Tan',
        'Tanh',
      ])
      .map((op) => [op, unary(op)]),
  ),
  LogicalNot: unary('Not'),
  IsNan: unary('IsNaN'),
  IsInf: unary('IsInf'),
  LeakyRelu: (call) => unary('LeakyRelu', { alpha: { float: call.number('alpha') } })(call),

  Add: broadcast('Add'),
  Sub: broadcast('Sub'),
  Multiply: broadcast('Mul'),
  RealDiv: broadcast('Div'),
  Maximum: broadcast('Max'),
  Minimum: broadcast('Min'),
  Pow: broadcast('Pow'),
  AddN: broadcast('Sum'),
  Prelu: broadcast('PRelu'),
  Greater: broadcast('Greater'),
  GreaterEqual: broadcast('GreaterOrEqual'),
  Less: broadcast('Less'),
  LessEqual: broadcast('LessOrEqual'),
  Equal: broadcast('Equal'),
  LogicalAnd: broadcast('And'),
  LogicalOr: broadcast('Or'),
  Select: broadcast('Where'),

  NotEqual: composite((g, [a, b]) => g.add('Not', g.add('Equal', [a, b]))),
  SquaredDifference: composite((g, [a, b]) => {
    const difference = g.add('Sub', [a, b])[0];
    return g.add('Mul', [difference, difference]);
  }),
  Square: composite((g, [x]) => g.add('Mul', [x, x])),
  Rsqrt: composite((g, [x]) => g.add('Reciprocal', g.add('Sqrt', [x]))),
  Expm1: composite((g, [x]) => g.add('Sub', [g.add('Exp', [x])[0], g.float(1)])),
  Log1p: composite((g, [x]) => g.add('Log', g.add('Add', [x, g.float(1)]))),
  Relu6: composite((g, [x]) => g.add('Clip', [x, g.float(0), g.float(6)])),
  ClipByValue: composite((g, [x], call) =>
    g.add('Clip', [x, g.float(call.number('clipValueMin')), g.float(call.number('clipValueMax'))]),
  ),
  Step: composite((g, [x], call) => {
    const positive = g.add('Greater', [x, g.float(0)])[0];
    return g.add('Where', [positive, g.float(1), g.float(call.number('alpha', 0))]);
  }),
  Cast: (call) => cast(call.operands[0], call.results[0], call.graph),
};

/** The value in another type. */
export function cast(value: Value, like: TensorLike, graph: Graph): View {
  const order = nativeOrder(value);
  return graph.view('Cast', [graph.use(value, order)], { to: onnxType[like.dtype as 'float32'] }, order, like);
}

/** ONNX's numbers of the types. */
export const onnxType = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10 } as const;

/** Applies a fused kernel's activation, by its tfjs name. */
export function activate(call: Call, x: Value, like: TensorLike): Value {
  const activation = String(call.step.attrs['activation'] ?? 'linear');
  if (activation === 'linear') return x;
  const kernel = {
    relu: 'Relu',
    relu6: 'Relu6',
    elu: 'Elu',
    sigmoid: 'Sigmoid',
    leakyrelu: 'LeakyRelu',
    prelu: 'Prelu',
  }[activation];
  if (!kernel) throw call.unsupported(`the activation \`${activation}\` is not mapped to ONNX`);
  const slope = call.optional('preluActivationWeights');
  const operands = kernel === 'Prelu' && slope ? [x, slope] : [x];
  const number: Call['number'] = () => call.number('leakyreluAlpha');
  return elementwise[kernel]({ ...call, operands, results: [like], number }) as Value;
}

/** Adds two values with broadcasting. */
export const addValues = (call: Call, a: Value, b: Value): Value =>
  broadcast('Add')({ ...call, operands: [a, b] }) as Value;

function unary(op: string, attributes: Readonly<Record<string, Attribute>> = {}): Emit {
  return composite((graph, [x]) => graph.add(op, [x], attributes));
}

function broadcast(op: string): Emit {
  return composite((graph, names) => graph.add(op, names));
}

/** An emit function from one that gets the names of the operands, all in one axis order. */
function composite(write: (graph: Graph, names: string[], call: Call) => string[]): Emit {
  return (call) => {
    const [result] = call.results;
    const operands = shortest(call.operands, result.dims.length).map((operand) => widened(operand, result.dims.length));
    const order = commonOrder(operands);
    const names = operands.map((operand) => call.graph.use(operand, withoutLeadingOnes(operand, order)));
    return viewOf(write(call.graph, names, call)[0], order, result.dims, result.dtype);
  };
}

/** The operands, without repetitions that broadcasting makes anyway. */
function shortest(operands: readonly Value[], rank: number): readonly Value[] {
  const repeats = (value: Value): Value | undefined => (value.kind === 'view' ? value.repeats : undefined);
  const full = (value: Value): readonly Dim[] => widened(value, rank).dims;
  return operands.map((value) => {
    const covered = operands.some((other) => !repeats(other) && sameDims(full(other), full(value)));
    return (covered && repeats(value)) || value;
  });
}

/** The value with axes of length 1 put before its own, up to `rank` axes. */
function widened(value: Value, rank: number): Value {
  const missing = Array.from({ length: rank - value.dims.length }, () => 1);
  if (value.kind === 'constant') return { ...value, dims: [...missing, ...value.dims] };
  return relaid(value, [...missing.map(() => null), ...value.axes], [...missing, ...value.dims]);
}

/** The axis order of the largest computed operand, if it has every axis that any operand has. */
function commonOrder(operands: readonly Value[]): number[] {
  const long = (value: Value): number[] => plainOrder(value).filter((axis) => value.dims[axis] !== 1);
  const [largest] = operands.filter((value) => value.kind === 'view').sort((a, b) => long(b).length - long(a).length);
  const order = nativeOrder(largest);
  return operands.flatMap(long).every((axis) => order.includes(axis)) ? order : plainOrder(largest);
}

/** Broadcasting adds leading axes by itself. */
function withoutLeadingOnes(value: Value, order: readonly number[]): number[] {
  const absent = (axis: number): boolean =>
    value.dims[axis] === 1 && (value.kind === 'constant' || value.axes[axis] === null);
  const first = order.findIndex((axis) => !absent(axis));
  return first < 0 ? [] : order.slice(first);
}
