import { pythonFloat, type Express, type OperatorTable, type TorchCall } from './call.js';

/** ONNX's numbers of the types. */
const types: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
};

const method =
  (name: string): Express =>
  ({ x }) =>
    `${x(0)}.${name}()`;
const functional =
  (name: string): Express =>
  ({ x }) =>
    `F.${name}(${x(0)})`;

/** An operator between tensors, all of which may be numbers but one. */
const infix =
  (operator: string): Express =>
  (call) =>
    operands(call).join(` ${operator} `);

/** A function of two tensors, applied to any number of them. */
const folded =
  (name: string): Express =>
  ({ x, count }) =>
    Array.from({ length: count }, (_, i) => x(i)).reduce((all, next) => `${name}(${all}, ${next})`);

/** Known numbers as numbers, unless nothing else is left. */
function operands({ count, x, scalar }: TorchCall): string[] {
  const written = Array.from({ length: count }, (_, i) => scalar(i));
  const hasTensor = written.some((text, i) => text === x(i));
  return hasTensor ? written : written.map((_, i) => x(i));
}

/** Operators that work on each element alone. */
export const elementwise: OperatorTable = {
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
      'Erf',
      'Exp',
      'Floor',
      'Log',
      'Neg',
    ]
      .concat(['Reciprocal', 'Relu', 'Round', 'Sigmoid', 'Sign', 'Sin', 'Sinh', 'Sqrt', 'Tan', 'Tanh'])
      .map((op) => [op, method(op.toLowerCase())]),
  ),
  IsNaN: method('isnan'),
  IsInf: method('isinf'),
  Not: method('logical_not'),
  Identity: ({ x }) => x(0),
  Elu: ({ x, float }) => `F.elu(${x(0)}, ${pythonFloat(float('alpha', 1))})`,
  Selu: functional('selu'),
  Softplus: functional('softplus'),
  LeakyRelu: ({ x, float }) => `F.leaky_relu(${x(0)}, ${pythonFloat(float('alpha', 0.01))})`,
  Gelu: ({ x, text }) => `F.gelu(${x(0)}, approximate='${text('approximate', 'none')}')`,
  PRelu: ({ x }) => `torch.where(${x(0)} < 0, ${x(1)} * ${x(0)}, ${x(0)})`,

  Add: infix('+'),
  Sub: infix('-'),
  Mul: infix('*'),
  Div: infix('/'),
  Pow: infix('**'),
  Sum: infix('+'),
  And: infix('&'),
  Or: infix('|'),
  Greater: infix('>'),
  GreaterOrEqual: infix('>='),
  Less: infix('<'),
  LessOrEqual: infix('<='),
  Equal: infix('=='),
  Max: folded('torch.maximum'),
  Min: folded('torch.minimum'),
  Where: ({ x, scalar }) => `torch.where(${x(0)}, ${scalar(1)}, ${scalar(2)})`,
  Clip: ({ x, scalar, has }) => `${x(0)}.clamp(${has(1) ? scalar(1) : 'None'}${has(2) ? `, ${scalar(2)}` : ''})`,
  Cast: (call) => {
    const type = types[call.int('to')];
    if (!type) throw call.unsupported(`the type ${call.int('to')} is not mapped`);
    return `${call.x(0)}.to(torch.${type})`;
  },
};
