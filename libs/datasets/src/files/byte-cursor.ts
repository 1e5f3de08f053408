import { fail, type EcgFileOptions } from './ecg-file.js';

/** Reads a file's bytes in their order; a read past the end is an error that names the byte and what was to be there. */
export class ByteCursor {
  private readonly view: DataView;
  position = 0;

  constructor(
    readonly bytes: Uint8Array,
    readonly options: EcgFileOptions,
    readonly littleEndian = true,
    /** The file's byte that `bytes` begins at, for messages. */
    readonly origin = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  /** The next `length` bytes, shared. */
  take(length: number, what: string): Uint8Array {
    const from = this.position;
    if (!(length >= 0 && length <= this.left)) {
      this.fail(`${what} takes ${length} bytes, but ${this.left} are left.`);
    }
    this.position += length;
    return this.bytes.subarray(from, this.position);
  }

  uint16(what: string): number {
    this.take(2, what);
    return this.view.getUint16(this.position - 2, this.littleEndian);
  }

  uint32(what: string): number {
    this.take(4, what);
    return this.view.getUint32(this.position - 4, this.littleEndian);
  }

  int32(what: string): number {
    return this.uint32(what) | 0;
  }

  /** A text of one byte a character. */
  text(length: number, what: string): string {
    return latin1(this.take(length, what));
  }

  /** Fails with the cursor's place. */
  fail(message: string): never {
    return fail(this.options, `at byte ${this.origin + this.position}: ${message}`);
  }
}

/** Bytes as a text of one character each. */
export const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
