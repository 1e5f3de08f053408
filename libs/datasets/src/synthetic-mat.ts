import { deflateSync } from 'node:zlib';

/** Types of data elements of MATLAB 5 files (MAT-File Format, MathWorks, table 1-1), and the classes of arrays used here (table 1-3). */
const type = { int8: 1, int32: 5, uint32: 6, double: 9, matrix: 14, compressed: 15 } as const;
const arrayClass = { struct: 2, char: 4, double: 6 } as const;

/** A field of a struct: a text, or a matrix column by column. */
type MatField = string | { readonly rows: number; readonly columns: number; readonly values: Float64Array };

/** A MATLAB 5 file with one struct, compressed as `save -v7` writes it and as CPSC2018's own files are. */
export function matStruct(name: string, fields: Readonly<Record<string, MatField>>): Uint8Array {
  const names = Object.keys(fields);
  const width = 32;
  const table = new Uint8Array(width * names.length);
  names.forEach((field, i) => table.set(latin(field), i * width));
  const struct = element(type.matrix, [
    ...header(arrayClass.struct, 1, 1, name),
    small(type.int32, Uint8Array.of(width, 0, 0, 0)),
    element(type.int8, [table]),
    ...Object.values(fields).map(matrix),
  ]);
  const packed = deflateSync(struct);
  const text = new Uint8Array(128).fill(0x20);
  text.set(latin('MATLAB 5.0 MAT-file, synthetic'));
  text.fill(0, 116, 124);
  text.set([0x00, 0x01, 0x49, 0x4d], 124); // version 1, little-endian
  return joined([text, words(type.compressed, packed.length), packed]); // a compressed element is not padded
}

function matrix(field: MatField): Uint8Array {
  if (typeof field === 'string') {
    const units = new Uint8Array(Uint16Array.from(field, (letter) => letter.charCodeAt(0)).buffer);
    return element(type.matrix, [...header(arrayClass.char, 1, field.length, ''), element(4, [units])]);
  }
  const { rows, columns, values } = field;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return element(type.matrix, [...header(arrayClass.double, rows, columns, ''), element(type.double, [bytes])]);
}

const header = (kind: number, rows: number, columns: number, name: string): Uint8Array[] => [
  element(type.uint32, [words(kind, 0)]),
  element(type.int32, [words(rows, columns)]),
  element(type.int8, [latin(name)]),
];

/** Type, length, content, zeros up to a multiple of eight bytes. */
function element(kind: number, parts: readonly Uint8Array[]): Uint8Array {
  const content = joined(parts);
  return joined([words(kind, content.length), content, new Uint8Array(-content.length & 7)]);
}

/** The short form of an element of up to four bytes. */
const small = (kind: number, content: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, (content.length << 16) | kind, true);
  bytes.set(content, 4);
  return bytes;
};

function words(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setUint32(4 * i, value, true));
  return new Uint8Array(view.buffer);
}

const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
