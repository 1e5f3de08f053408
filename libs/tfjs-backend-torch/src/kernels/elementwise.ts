import type * as tf from '@tensorflow/tfjs-core';
import type { BinaryName, UnaryName } from '../addon.js';
import { typeCode } from '../backend.js';
import { runOnCpu } from './fallback.js';
import type { Kernel, Kernels } from './kernel.js';

const unaries: Record<string, UnaryName> = {
  Abs: 'abs',
  Acos: 'acos',
  Acosh: 'acosh',
  Asin: 'asin',
  Asinh: 'asinh',
  Atan: 'atan',
  Atanh: 'atanh',
  Ceil: 'ceil',
  Cos: 'cos',
  Cosh: 'cosh',
  Elu: 'elu',
  Erf: 'erf',
  Expm1: 'expm1',
  Floor: 'floor',
  Log: 'log',
  Log1p: 'log1p',
  Neg: 'neg',
  OnesLike: 'onesLike',
  Reciprocal: 'reciprocal',
  Relu: 'relu',
  Relu6: 'relu6',
  Round: 'round',
  Rsqrt: 'rsqrt',
  Selu: 'selu',
  Sigmoid: 'sigmoid',
  Sign: 'sign',
  Sin: 'sin',
  Sinh: 'sinh',
  Softplus: 'softplus',
  Sqrt: 'sqrt',
  Square: 'square',
  Tan: 'tan',
  Tanh: 'tanh',
  ZerosLike: 'zerosLike',
};

const tests: Record<string, UnaryName> = {
  IsFinite: 'isfinite',
  IsInf: 'isinf',
  IsNan: 'isnan',
  LogicalNot: 'logicalNot',
};

const binaries: Record<string, BinaryName> = {
  Add: 'add',
  Atan2: 'atan2',
  BitwiseAnd: 'bitwiseAnd',
  FloorDiv: 'floorDiv',
  Maximum: 'maximum',
  Minimum: 'minimum',
  Mod: 'mod',
  Multiply: 'mul',
  Pow: 'pow',
  RealDiv: 'div',
  SquaredDifference: 'squaredDifference',
  Sub: 'sub',
};

const comparisons: Record<string, BinaryName> = {
  Equal: 'eq',
  Greater: 'gt',
  GreaterEqual: 'ge',
  Less: 'lt',
  LessEqual: 'le',
  LogicalAnd: 'logicalAnd',
  LogicalOr: 'logicalOr',
  NotEqual: 'ne',
};

/** @param dtype of the result; that of the input unless given */
const unary =
  (name: UnaryName, dtype?: tf.DataType): Kernel =>
  (backend, { x }) =>
    backend.wrap(backend.addon[name](backend.handle(x)), dtype ?? x.dtype, x.shape);

const binary =
  (name: BinaryName, dtype?: tf.DataType): Kernel =>
  (backend, { a, b }) =>
    backend.wrap(backend.addon[name](backend.handle(a), backend.handle(b)), dtype ?? a.dtype);

const each = <N>(names: Record<string, N>, kernel: (name: N) => Kernel): Record<string, Kernel> =>
  Object.fromEntries(Object.entries(names).map(([kernelName, name]) => [kernelName, kernel(name)]));

const select: Kernel = (backend, { condition, t, e }) => {
  // a condition of rank 1 chooses whole rows
  const short = condition.shape.length === 1 && t.shape.length > 1;
  const shape = short ? [condition.shape[0], ...t.shape.slice(1).map(() => 1)] : condition.shape;
  const mask = backend.addon.reshape(backend.handle(condition), shape);
  try {
    return backend.wrap(backend.addon.select(mask, backend.handle(t), backend.handle(e)), t.dtype);
  } finally {
    backend.addon.release(mask);
  }
};

const cast: Kernel = (backend, { x }, { dtype }) => {
  const type = dtype as tf.DataType;
  if (type === 'complex64') return runOnCpu('Cast', backend, { x }, { dtype });
  return backend.wrap(backend.addon.cast(backend.handle(x), typeCode(type)), type, x.shape);
};

const addN: Kernel = (backend, inputs) => {
  const [first, ...rest] = Object.values(inputs);
  let sum = backend.addon.alias(backend.handle(first));
  for (const x of rest) {
    const next = backend.addon.add(sum, backend.handle(x));
    backend.addon.release(sum);
    sum = next;
  }
  return backend.wrap(sum, first.dtype, first.shape);
};

/** Kernels that compute each value from the values at the same place. */
export const elementwise: Kernels = {
  ...each(unaries, (name) => unary(name)),
  ...each(tests, (name) => unary(name, 'bool')),
  ...each(binaries, (name) => binary(name)),
  ...each(comparisons, (name) => binary(name, 'bool')),
  AddN: addN,
  Exp: unary('exp', 'float32'),
  Cast: cast,
  Select: select,
  Step: (backend, { x }, { alpha }) =>
    backend.wrap(backend.addon.step(backend.handle(x), (alpha as number | undefined) ?? 0), x.dtype, x.shape),
  LeakyRelu: (backend, { x }, { alpha }) =>
    backend.wrap(backend.addon.leakyRelu(backend.handle(x), alpha as number), 'float32', x.shape),
  Prelu: (backend, { x, alpha }) =>
    backend.wrap(backend.addon.prelu(backend.handle(x), backend.handle(alpha)), 'float32'),
  ClipByValue: (backend, { x }, { clipValueMin, clipValueMax }) =>
    backend.wrap(
      backend.addon.clip(backend.handle(x), clipValueMin as number, clipValueMax as number),
      x.dtype,
      x.shape,
    ),
  EluGrad: (backend, { dy, y }) =>
    backend.wrap(backend.addon.eluGradient(backend.handle(dy), backend.handle(y)), 'float32', y.shape),
};
