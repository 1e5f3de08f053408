import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, util, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { elements, floats, release, releaseView, run, view, type Kernel, type KernelOverride } from './backend.js';

/** Below this many elements a plain loop finishes the sum. */
const loopSize = 512;

/** Sum over the leading axes (those of a bias, a batch normalisation, a loss); the others are left to the stock kernel. */
export const sum: KernelOverride = (stock) => (backend, inputs, attrs) =>
  reduceLeading(backend, inputs['x'], attrs, () => 1) ?? stock(backend, inputs, attrs);

/** Mean over the leading axes, likewise. */
export const mean: KernelOverride = (stock) => (backend, inputs, attrs) =>
  reduceLeading(backend, inputs['x'], attrs, (rows) => 1 / rows) ?? stock(backend, inputs, attrs);

function reduceLeading(
  backend: BackendWasm,
  x: TensorInfo,
  attrs: NamedAttrMap,
  scale: (rows: number) => number,
): TensorInfo | undefined {
  const axes = util.parseAxisParam(attrs['axis'] as number[], x.shape).sort((a, b) => a - b);
  const isLeading = axes.every((axis, i) => axis === i);
  if (!isLeading || x.dtype !== 'float32' || util.sizeFromShape(x.shape) === 0) return undefined;

  const [outShape, reducedShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const rows = util.sizeFromShape(reducedShape);
  const shape = attrs['keepDims'] ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape;
  const totals = sumRows(backend, x, rows, util.sizeFromShape(outShape));
  const out = backend.makeOutput(shape, 'float32');
  const values = floats(backend, out);
  for (let i = 0; i < values.length; i++) values[i] = totals[i] * scale(rows);
  return out;
}

/**
 * The column sums of a matrix `[rows, columns]`: the second half of the rows is added to the first by the vectorised Add kernel, and so
 * on. That is 6 times faster than the stock kernel (which transposes, then adds one by one), and being pairwise, its rounding error grows with
 * the logarithm of the rows (Higham 1993).
 */
function sumRows(backend: BackendWasm, x: TensorInfo, rows: number, columns: number): Float64Array {
  let partial = x;
  const totals = new Float64Array(columns);
  const addRows = (first: number, last: number): void => {
    const values = floats(backend, partial);
    for (let row = first; row < last; row++) {
      for (let i = 0; i < columns; i++) totals[i] += values[row * columns + i];
    }
  };
  while (rows > 1 && rows * columns > loopSize) {
    const half = Math.floor(rows / 2);
    const [a, b] = [0, half].map((row) => view(backend, partial, [half * columns], row * columns));
    const next = run('Add', backend, { a, b });
    addRows(2 * half, rows);
    releaseView(backend, a);
    releaseView(backend, b);
    if (partial !== x) release(backend, partial);
    partial = next;
    rows = half;
  }
  addRows(0, rows);
  if (partial !== x) release(backend, partial);
  return totals;
}

/** UnsortedSegmentSum, the gradient of a gather: adds the rows of `x [N, …]` into row `segmentIds[n]` of `[numSegments, …]`. */
export const unsortedSegmentSum: Kernel = (backend, { x, segmentIds }, attrs) => {
  const rowShape = x.shape.slice(1);
  const out = backend.makeOutput([attrs['numSegments'] as number, ...rowShape], x.dtype);
  const [from, to, ids] = [x, out, segmentIds].map((tensor) => elements(backend, tensor));
  const size = util.sizeFromShape(rowShape);
  to.fill(0);
  ids.forEach((id, row) => {
    for (let i = 0; i < size; i++) to[id * size + i] += from[row * size + i];
  });
  return out;
};

/** Cumsum, Cumprod: an axis that is counted from the end, which the stock kernels take for another. */
export const cumulate: KernelOverride = (stock) => (backend, inputs, attrs) => {
  const [axis] = util.parseAxisParam(attrs['axis'] as number, inputs['x'].shape);
  return stock(backend, inputs, { ...attrs, axis });
};
