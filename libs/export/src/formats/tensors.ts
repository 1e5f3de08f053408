/** The values of a tensor in a file; float16 as its bits, bool as bytes. */
type TensorValues = Float32Array | Uint16Array | BigInt64Array | Int32Array | Int8Array | Uint8Array;

/** What a safetensors file calls a type, its bytes for a value, and the array that holds it. */
export const tensorTypes = {
  F32: { size: 4, array: Float32Array },
  F16: { size: 2, array: Uint16Array },
  I64: { size: 8, array: BigInt64Array },
  I32: { size: 4, array: Int32Array },
  I8: { size: 1, array: Int8Array },
  U8: { size: 1, array: Uint8Array },
  BOOL: { size: 1, array: Uint8Array },
} as const;

export type TensorType = keyof typeof tensorTypes;

/** A tensor as files have it. */
export interface FileTensor {
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: TensorValues;
}

/** Tensors by name, and what is said of them all. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, FileTensor>;
}
