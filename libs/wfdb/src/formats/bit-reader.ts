import { WfdbError } from '../errors.js';

/** Reads bits from the most significant on, as FLAC stores them. */
export class BitReader {
  private word = 0;
  private left = 0;

  /**
   * @param at the byte to start from
   * @param file the file's name, for messages
   */
  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
    private readonly file: string,
  ) {}

  /** The byte that comes next when all bits of the one before are read. */
  get byte(): number {
    return this.at - (this.left >> 3);
  }

  /** Whether all bytes are read. */
  get atEnd(): boolean {
    return this.byte >= this.bytes.length;
  }

  /** The next `count` bits, at most 25, as an unsigned number. */
  unsigned(count: number): number {
    if (count === 0) return 0;
    while (this.left < count) this.refill();
    this.left -= count;
    return (this.word >>> this.left) & ((1 << count) - 1);
  }

  /** The next `count` bits, at most 25, as a two's complement number. */
  signed(count: number): number {
    return count === 0 ? 0 : (this.unsigned(count) << (32 - count)) >> (32 - count);
  }

  /** The number of 0 bits before the next 1, which is read too. */
  unary(): number {
    let zeros = 0;
    for (;;) {
      if (this.left === 0) this.refill();
      const run = Math.clz32(this.word << (32 - this.left));
      if (run < this.left) {
        this.left -= run + 1;
        return zeros + run;
      }
      zeros += this.left;
      this.left = 0;
    }
  }

  /** Skips to the start of a byte. */
  align(): void {
    this.left -= this.left & 7;
  }

  private refill(): void {
    if (this.at >= this.bytes.length)
      throw new WfdbError(this.file, `the FLAC stream breaks off at byte ${this.at}. Download the file again.`);
    this.word = (this.word << 8) | this.bytes[this.at++];
    this.left += 8;
  }
}
