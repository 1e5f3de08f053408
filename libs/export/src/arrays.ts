/** The values of a tensor as tfjs holds them: float32, int32 or bool (one byte). */
export type Values = Float32Array | Int32Array | Uint8Array;

/**
 * Transposes row-major values: axis `i` of the result is axis `permutation[i]` of the source.
 *
 * @param shape shape of the source
 */
export function permute<T extends Values>(values: T, shape: readonly number[], permutation: readonly number[]): T {
  const strides = stridesOf(shape);
  const outShape = permutation.map((axis) => shape[axis]);
  const outStrides = permutation.map((axis) => strides[axis]);
  const result = values.slice() as T;
  const index = outShape.map(() => 0);
  let source = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = values[source];
    for (let axis = outShape.length - 1; axis >= 0; axis--) {
      source += outStrides[axis];
      if (++index[axis] < outShape[axis]) break;
      source -= outStrides[axis] * outShape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

/** The values at index 0 of an axis if every other index of that axis holds the same, otherwise undefined. */
export function firstIfAllEqual<T extends Values>(values: T, shape: readonly number[], axis: number): T | undefined {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const length = shape[axis];
  const first = values.slice(0, values.length / length) as T;
  for (let i = 0; i < values.length; i++) {
    const place = Math.floor(i / (inner * length)) * inner + (i % inner);
    if (i % (inner * length) < inner) first[place] = values[i];
    else if (!Object.is(first[place], values[i])) return undefined;
  }
  return first;
}

/** Whether two arrays hold the same values (NaN equals NaN). */
export function sameValues(a: Values, b: Values): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => Object.is(value, b[i])));
}

function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}
