/** A numeric matrix of a MAT file, flattened out of the structs it is in. */
export interface MatVariable {
  /** Its name, with those of its structs: `val`, `ECG.data`. */
  readonly path: string;
  readonly rows: number;
  readonly columns: number;
  /** Column by column, as MATLAB has it. */
  readonly values: ArrayLike<number>;
}

/** How numbers are stored: bytes each, and how to read one. */
export interface NumberForm {
  readonly bytes: number;
  read(view: DataView, at: number, littleEndian: boolean): number;
}

const big = (value: bigint): number => Number(value);

/** The number forms that both versions of MAT files have, by name. */
export const numberForms = {
  int8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  int16: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  uint16: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  int32: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  uint32: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  single: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  double: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  int64: { bytes: 8, read: (view, at, little) => big(view.getBigInt64(at, little)) },
  uint64: { bytes: 8, read: (view, at, little) => big(view.getBigUint64(at, little)) },
} satisfies Record<string, NumberForm>;

/** All numbers in `bytes`. */
export function numbersIn(bytes: Uint8Array, form: NumberForm, littleEndian: boolean): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(Math.floor(bytes.length / form.bytes));
  for (let i = 0; i < values.length; i++) values[i] = form.read(view, i * form.bytes, littleEndian);
  return values;
}
