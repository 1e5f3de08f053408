import { plainOrder, transposed, type Value } from '../value.js';
import type { Call, KernelTable } from './call.js';
import { activate, addValues } from './elementwise.js';

/** Matrix products, plain and with bias and activation. */
export const matmul: KernelTable = {
  BatchMatMul: (call) => product(call),
  _FusedMatMul: (call) => activate(call, product(call, call.optional('bias')), call.results[0]),
};

function product(call: Call, bias?: Value): Value {
  const { graph } = call;
  const [result] = call.results;
  const a = flipped(call.operand('a'), call.step.attrs['transposeA'] === true);
  const b = flipped(call.operand('b'), call.step.attrs['transposeB'] === true);
  const [aBatch, bBatch] = [a, b].map((x) => x.dims.slice(0, -2).every((dim) => dim === 1));
  // [1, M, K] x [1, K, N] is one product of matrices, [B, M, K] x [1, K, N] has one right matrix for all: no need of the axes of length 1
  const flat = aBatch && bBatch;
  const left = graph.use(a, flat ? lastTwo(a) : plainOrder(a));
  const right = graph.use(b, bBatch ? lastTwo(b) : plainOrder(b));
  const order = flat ? lastTwo(result) : result.dims.map((_, axis) => axis);
  if (flat && bias?.kind === 'constant' && bias.dims.length === 1) {
    return graph.view('Gemm', [left, right, graph.use(bias)], {}, order, result);
  }
  const plain = graph.view('MatMul', [left, right], {}, order, result);
  return bias ? addValues(call, plain, bias) : plain;
}

const lastTwo = ({ dims }: { dims: readonly unknown[] }): number[] => [dims.length - 2, dims.length - 1];

function flipped(x: Value, flip: boolean): Value {
  if (!flip) return x;
  const [row, column] = lastTwo(x);
  return transposed(x, [...plainOrder(x).slice(0, -2), column, row]);
}
