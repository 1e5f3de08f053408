import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { broadcast_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { floats, release, releaseView, run, view, withShape, type Kernel, type KernelOverride } from './backend.js';

/** Items of a batch with fewer multiplications than this take the stock kernel's scalar loop: a call of XNNPACK costs more. */
const minProduct = 1 << 12;

/**
 * BatchMatMul `[…, M, K] x […, K, N] -> […, M, N]`. The stock kernel runs on XNNPACK only for a batch of one and no transposed
 * argument; everything else takes a scalar loop, 50 times slower. So transposed arguments are transposed first, and a batch is
 * walked item by item through views of its memory.
 */
export const batchMatMul: KernelOverride = (stock) => (backend, inputs, attrs) => {
  const { a, b } = inputs;
  const hasFastForm =
    a.dtype === 'float32' && b.dtype === 'float32' && util.sizeFromShape(a.shape) * util.sizeFromShape(b.shape) > 0;
  if (!hasFastForm) return stock(backend, inputs, attrs);

  const left = attrs['transposeA'] ? swapLastTwo(backend, a) : a;
  const right = attrs['transposeB'] ? swapLastTwo(backend, b) : b;
  const result = multiply(stock, backend, left, right);
  if (left !== a) release(backend, left);
  if (right !== b) release(backend, right);
  return result;
};

/** _FusedMatMul: the same remedy for transposed arguments. (Its gradient is made of plain BatchMatMul.) */
export const fusedMatMul: KernelOverride = (stock) => (backend, inputs, attrs) => {
  const { a, b } = inputs;
  const left = attrs['transposeA'] ? swapLastTwo(backend, a) : a;
  const right = attrs['transposeB'] ? swapLastTwo(backend, b) : b;
  const result = stock(backend, { ...inputs, a: left, b: right }, { ...attrs, transposeA: false, transposeB: false });
  if (left !== a) release(backend, left);
  if (right !== b) release(backend, right);
  return result;
};

function swapLastTwo(backend: BackendWasm, x: TensorInfo): TensorInfo {
  const perm = x.shape.map((_, axis) => axis);
  perm.push(...perm.splice(-2).reverse());
  return run('Transpose', backend, { x }, { perm });
}

function multiply(stock: Kernel, backend: BackendWasm, a: TensorInfo, b: TensorInfo): TensorInfo {
  const [m, k] = a.shape.slice(-2);
  const n = b.shape[b.shape.length - 1];
  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const plain = (left: TensorInfo, right: TensorInfo, rows: number): TensorInfo =>
    stock(backend, { a: withShape(left, [1, rows, k]), b: withShape(right, [1, k, n]) }, {}) as TensorInfo;

  if (util.sizeFromShape(batchB) === 1) {
    return withShape(plain(a, b, m * util.sizeFromShape(batchA)), [...batch, m, n]);
  }
  if (m * k * n < minProduct && util.arraysEqual(batchA, batchB)) return stock(backend, { a, b }, {}) as TensorInfo;
  const out = backend.makeOutput([...batch, m, n], 'float32');
  const [itemA, itemB] = [batchItems(batchA, batch), batchItems(batchB, batch)];
  for (let i = 0; i < itemA.length; i++) {
    const left = view(backend, a, [1, m, k], itemA[i] * m * k);
    const right = view(backend, b, [1, k, n], itemB[i] * k * n);
    const product = plain(left, right, m);
    floats(backend, out).set(floats(backend, product), i * m * n);
    release(backend, product);
    releaseView(backend, left);
    releaseView(backend, right);
  }
  return out;
}

/** Which item of a batch of shape `own` each item of the broadcast batch `full` is made from. */
function batchItems(own: number[], full: number[]): number[] {
  const strides = util.computeStrides([...own, 1]);
  return Array.from({ length: util.sizeFromShape(full) }, (_, item) => {
    let index = 0;
    for (let axis = full.length - 1; axis >= 0; axis--) {
      const ownAxis = axis - full.length + own.length;
      if (ownAxis >= 0 && own[ownAxis] > 1) index += (item % full[axis]) * strides[ownAxis];
      item = Math.floor(item / full[axis]);
    }
    return index;
  });
}
