import { ByteCursor, latin1 } from './byte-cursor.js';
import type { EcgFileOptions } from './ecg-file.js';
import { inflate } from './inflate.js';
import { numberForms, numbersIn, type MatVariable, type NumberForm } from './mat-variable.js';

const types = { matrix: 14, compressed: 15 };
const formOf: Readonly<Record<number, NumberForm>> = {
  1: numberForms.int8,
  2: numberForms.uint8,
  3: numberForms.int16,
  4: numberForms.uint16,
  5: numberForms.int32,
  6: numberForms.uint32,
  7: numberForms.single,
  9: numberForms.double,
  12: numberForms.int64,
  13: numberForms.uint64,
};
const classes = { struct: 2, firstNumeric: 6, lastNumeric: 15 };
const deepest = 8;

/** One data element: what its tag says, and a cursor over its bytes. */
interface Element {
  readonly type: number;
  readonly data: Uint8Array;
}

/**
 * The numeric matrices of a MATLAB 5 to 7 file ("MAT-File Format", MathWorks, chapter 1), compressed or not, those in structs under
 * `struct.field`. Texts, cells, sparse matrices and arrays of structs are passed over.
 *
 * @throws {CardioError} `data` that names the byte; within a compressed element the byte counts from the element's unpacked start
 */
export function readMat5(bytes: Uint8Array, options: EcgFileOptions = {}): MatVariable[] {
  const header = new ByteCursor(bytes, options);
  const text = header.text(124, 'the header text');
  if (/^MATLAB 7\.3/.test(text)) {
    header.position = 0;
    header.fail('it is a MATLAB 7.3 file (HDF5), which is not read. Save it with `-v7`.');
  }
  header.take(2, 'the version');
  const mark = header.text(2, 'the mark of byte order');
  if (mark !== 'IM' && mark !== 'MI') {
    header.position -= 2;
    header.fail(`a MATLAB 5 file has \`IM\` or \`MI\` here, found ${JSON.stringify(mark)}.`);
  }
  const cursor = new ByteCursor(bytes, options, mark === 'IM');
  cursor.position = 128;
  const variables: MatVariable[] = [];
  while (cursor.left > 0) {
    const at = cursor.position;
    const { type, data } = element(cursor, false);
    if (type === types.matrix) collect(inside(cursor, data), '', 0, variables);
    else if (type === types.compressed) {
      const unpacked = inside(cursor, inflate(data, at, options), `unpacked from byte ${at}`);
      while (unpacked.left > 0) {
        const inner = element(unpacked, true);
        if (inner.type === types.matrix) collect(inside(unpacked, inner.data), '', 0, variables);
      }
    }
  }
  return variables;
}

/** Reads a tag and its data. Elements are padded to 8 bytes, compressed ones are not; up to 4 bytes stand in the tag itself. */
function element(cursor: ByteCursor, padded: boolean): Element {
  const tag = cursor.uint32("an element's tag");
  if (tag >>> 16 !== 0) {
    const length = tag >>> 16;
    if (length > 4) cursor.fail(`a small element has at most 4 bytes, found ${length}.`);
    const data = cursor.take(4, 'a small element').subarray(0, length);
    return { type: tag & 0xffff, data };
  }
  const length = cursor.uint32("an element's length");
  const data = cursor.take(length, 'an element');
  if (padded || tag !== types.compressed) cursor.take(Math.min((8 - (length % 8)) % 8, cursor.left), 'padding');
  return { type: tag, data };
}

/** Adds the numeric matrices in a matrix element: itself, or those in its fields. */
function collect(cursor: ByteCursor, parent: string, depth: number, variables: MatVariable[]): void {
  if (cursor.left === 0) return; // an empty matrix
  if (depth > deepest) cursor.fail(`structs are nested more than ${deepest} deep.`);
  const flags = numbers(cursor, 'the flags');
  const kind = (flags[0] ?? 0) & 0xff;
  const dimensions = numbers(cursor, 'the dimensions');
  const name = latin1(element(cursor, true).data);
  const path = depth === 0 ? name : parent;
  const size = dimensions.reduce((product, d) => product * d, 1);
  if (dimensions.length < 2 || !dimensions.every((d) => d >= 0)) {
    cursor.fail(`\`${path}\` has the dimensions ${dimensions.join(' x ') || 'none'}; expected two or more.`);
  }
  if (kind === classes.struct && size === 1) {
    const fieldBytes = numbers(cursor, "the length of the fields' names")[0] ?? 0;
    const names = element(cursor, true).data;
    if (!(Number.isInteger(fieldBytes) && fieldBytes > 0))
      cursor.fail(`the names of \`${path}\`'s fields have a length of ${fieldBytes}.`);
    for (let at = 0; at + fieldBytes <= names.length; at += fieldBytes) {
      const field = latin1(names.subarray(at, at + fieldBytes)).replace(/\0.*$/s, '');
      const { type, data } = element(cursor, true);
      if (type === types.matrix) collect(inside(cursor, data), `${path}.${field}`, depth + 1, variables);
    }
  } else if (kind >= classes.firstNumeric && kind <= classes.lastNumeric && dimensions.length === 2) {
    const values = numbers(cursor, `the numbers of \`${path}\``);
    if (values.length !== size)
      cursor.fail(`\`${path}\` is ${dimensions.join(' x ')}, but has ${values.length} numbers.`);
    variables.push({ path, rows: dimensions[0], columns: dimensions[1], values });
  }
}

function numbers(cursor: ByteCursor, what: string): Float64Array {
  const { type, data } = element(cursor, true);
  const form = formOf[type] ?? cursor.fail(`${what} can't be of data type ${type}.`);
  return numbersIn(data, form, cursor.littleEndian);
}

/** A cursor over an element's data whose messages count bytes from the file's start, or from where it was unpacked. */
function inside({ bytes, options, littleEndian, origin }: ByteCursor, data: Uint8Array, unpacked?: string): ByteCursor {
  if (unpacked) {
    return new ByteCursor(data, { ...options, file: `${options.file ?? 'the file'} (${unpacked})` }, littleEndian);
  }
  return new ByteCursor(data, options, littleEndian, origin + data.byteOffset - bytes.byteOffset);
}
