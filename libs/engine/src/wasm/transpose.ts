import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { floats, release, type KernelOverride } from './backend.js';

/** Matrices below this many elements are left to the stock kernel. */
const minSize = 1 << 13;
/** Rows of a power of two fight for the same few cache lines when they are written column by column; this many more do not. */
const padding = 16;

/**
 * Transpose. The stock kernel is fast except where the result's rows are a power of two long (or a multiple of a large one), as the
 * weights of networks are: 5-8 ns an element instead of 0.4. There the matrix is transposed with some rows added, which are then cut off.
 */
export const transpose: KernelOverride = (stock) => (backend, inputs, attrs) => {
  const { x } = inputs;
  const perm = attrs['perm'] as number[];
  const matrix = x.dtype === 'float32' ? asMatrices(x.shape, perm) : undefined;
  if (!matrix) return stock(backend, inputs, attrs);

  const { batch, rows, columns } = matrix;
  const shape = perm.map((axis) => x.shape[axis]);
  const out = backend.makeOutput(shape, 'float32');
  const padded = backend.makeOutput([rows + padding, columns], 'float32');
  for (let item = 0; item < batch; item++) {
    const start = item * rows * columns;
    floats(backend, padded).set(floats(backend, x).subarray(start, start + rows * columns));
    const turned = stock(backend, { x: padded }, { perm: [1, 0] }) as TensorInfo;
    const [from, to] = [floats(backend, turned), floats(backend, out)];
    for (let column = 0; column < columns; column++) {
      const read = column * (rows + padding);
      to.set(from.subarray(read, read + rows), start + column * rows);
    }
    release(backend, turned);
  }
  release(backend, padded);
  return out;
};

/** The transposition as one of `batch` matrices `[rows, columns]`, if it is that and slow. */
function asMatrices(shape: number[], perm: number[]): { batch: number; rows: number; columns: number } | undefined {
  let kept = 0;
  while (kept < perm.length && perm[kept] === kept) kept++;
  const split = perm[kept];
  const isSwap = perm.slice(kept).every((axis, i, rest) => axis === kept + ((split - kept + i) % rest.length));
  if (!isSwap || kept === perm.length) return undefined;
  const batch = util.sizeFromShape(shape.slice(0, kept));
  const rows = util.sizeFromShape(shape.slice(kept, split));
  const columns = util.sizeFromShape(shape.slice(split));
  const isSlow = rows % 64 === 0 && columns > 1 && rows * columns >= minSize;
  return isSlow ? { batch, rows, columns } : undefined;
}
