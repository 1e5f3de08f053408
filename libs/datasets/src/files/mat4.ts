import { ByteCursor } from './byte-cursor.js';
import type { EcgFileOptions } from './ecg-file.js';
import { numberForms, numbersIn, type MatVariable } from './mat-variable.js';

const forms = [
  numberForms.double,
  numberForms.single,
  numberForms.int32,
  numberForms.int16,
  numberForms.uint16,
  numberForms.uint8,
];

/**
 * The numeric matrices of a MATLAB 4 file ("MAT-File Format", MathWorks, chapter 2): 20 bytes of header, a name and the numbers each. Texts and
 * sparse matrices are passed over; of complex ones the real part is taken.
 *
 * @throws {CardioError} `data` that names the byte
 */
export function readMat4(bytes: Uint8Array, options: EcgFileOptions = {}): MatVariable[] {
  const variables: MatVariable[] = [];
  // The type is at most 4052, so its byte order shows.
  const littleEndian = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true) <= 4052;
  const cursor = new ByteCursor(bytes, options, littleEndian);
  while (cursor.left > 0) {
    const type = cursor.uint32("a matrix's type");
    const [machine, order, precision, kind] = [1000, 100, 10, 1].map((unit) => Math.floor(type / unit) % 10);
    const form = forms[precision];
    if (machine !== (littleEndian ? 0 : 1) || order !== 0 || type > 4052 || !form || kind > 2) {
      cursor.position -= 4;
      cursor.fail(`${type} is no type of a MATLAB 4 matrix.`);
    }
    const rows = cursor.uint32('the number of rows');
    const columns = cursor.uint32('the number of columns');
    const imaginary = cursor.uint32('the mark of a complex matrix') !== 0;
    const path = cursor.text(cursor.uint32("the name's length"), 'the name').replace(/\0.*$/s, '');
    const data = cursor.take(rows * columns * form.bytes, `the ${rows} x ${columns} numbers of \`${path}\``);
    if (imaginary) cursor.take(data.length, `the imaginary part of \`${path}\``);
    if (kind === 0) variables.push({ path, rows, columns, values: numbersIn(data, form, littleEndian) });
  }
  return variables;
}
