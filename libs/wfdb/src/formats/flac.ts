import { WfdbError } from '../errors.js';
import { BitReader } from './bit-reader.js';
import { readSubframe } from './flac-subframe.js';

/** The FLAC formats (signal(5) of the WFDB manual), by their number in the header: the most bits of a sample, and the "no valid sample". */
export const flacFormats: ReadonlyMap<number, { readonly bits: number; readonly invalid: number }> = new Map([
  [508, { bits: 8, invalid: -(2 ** 7) }],
  [516, { bits: 16, invalid: -(2 ** 15) }],
  [524, { bits: 24, invalid: -(2 ** 23) }],
]);

/** What a FLAC file says of itself. */
export interface FlacInfo {
  readonly channels: number;
  readonly bits: number;
  /** Samples per channel; 0 where the encoder didn't know. */
  readonly samples: number;
  /** The most samples per channel that a frame holds. */
  readonly blockSamples: number;
  /** Where the first frame starts. */
  readonly firstFrame: number;
}

/**
 * Reads the metadata of a FLAC file (RFC 9639, section 8), of which only the stream information counts.
 *
 * @param file the file's name, for messages
 * @throws {WfdbError} that names the byte where the file is not FLAC
 */
export function parseFlacInfo(bytes: Uint8Array, file: string): FlacInfo {
  const bits = new BitReader(bytes, 0, file);
  if (bits.unsigned(16) !== 0x664c || bits.unsigned(16) !== 0x6143)
    throw new WfdbError(file, 'byte 0: the file does not start with `fLaC`, so it is not a FLAC file.');
  bits.unsigned(1);
  const type = bits.unsigned(7);
  if (type !== 0)
    throw new WfdbError(file, `byte 4: the first metadata must be stream information, found type ${type}.`);
  let firstFrame = 4;
  for (let last = false; !last;) {
    const header = new BitReader(bytes, firstFrame, file);
    last = header.unsigned(1) === 1;
    header.unsigned(7);
    firstFrame += 4 + header.unsigned(24);
  }
  const stream = new BitReader(bytes, 8, file);
  stream.unsigned(16);
  const blockSamples = stream.unsigned(16);
  for (const skipped of [24, 24, 20]) stream.unsigned(skipped);
  const channels = stream.unsigned(3) + 1;
  const sampleBits = stream.unsigned(5) + 1;
  const samples = stream.unsigned(18) * 2 ** 18 + stream.unsigned(18);
  return { channels, bits: sampleBits, samples, blockSamples, firstFrame };
}

/** The most samples per channel that a file of `fileBytes` bytes can hold: every frame has 8 bytes and a subframe per channel. */
export function mostFlacSamples(info: FlacInfo, fileBytes: number): number {
  return Math.floor(fileBytes / (8 + info.channels)) * info.blockSamples;
}

/**
 * Decodes samples `from` to `to` of every channel of a FLAC file (RFC 9639, section 9). The frames before them are decoded too: a frame's
 * length is known only at its end.
 *
 * @throws {WfdbError} that names the byte where a frame is damaged or the stream ends too early
 */
export function decodeFlac(bytes: Uint8Array, info: FlacInfo, from: number, to: number, file: string): Int32Array[] {
  const output = Array.from({ length: info.channels }, () => new Int32Array(to - from));
  const block = Array.from({ length: info.channels }, () => new Int32Array(info.blockSamples));
  const bits = new BitReader(bytes, info.firstFrame, file);
  for (let start = 0; start < to;) {
    if (bits.atEnd)
      throw new WfdbError(
        file,
        `the FLAC stream ends after ${start} samples, expected ${to}. Download the file again.`,
      );
    const count = readFrame(bytes, bits, info, block, file);
    const first = Math.max(from, start);
    const end = Math.min(to, start + count);
    if (first < end) {
      for (let c = 0; c < info.channels; c++)
        output[c].set(block[c].subarray(first - start, end - start), first - from);
    }
    start += count;
  }
  return output;
}

/** Reads a frame into `block` and gives its number of samples per channel. */
function readFrame(bytes: Uint8Array, bits: BitReader, info: FlacInfo, block: Int32Array[], file: string): number {
  const at = bits.byte;
  const bad = (what: string): WfdbError =>
    new WfdbError(file, `byte ${at}: ${what} The file is damaged; download it again.`);
  if (bits.unsigned(14) !== 0x3ffe) throw bad('no FLAC frame starts here.');
  bits.unsigned(2);
  const sizeCode = bits.unsigned(4);
  const rateCode = bits.unsigned(4);
  const assignment = bits.unsigned(4);
  const bitsCode = bits.unsigned(3);
  bits.unsigned(1);
  // The frame's number, coded as UTF-8 does: as many more bytes as the first has leading 1 bits, less one.
  for (let more = Math.clz32(~(bits.unsigned(8) << 24)) - 1; more > 0; more--) bits.unsigned(8);
  const count = blockSamples(sizeCode, bits);
  if (rateCode >= 12) bits.unsigned(rateCode === 12 ? 8 : 16);
  bits.unsigned(8);

  const channels = assignment < 8 ? assignment + 1 : 2;
  const sampleBits = bitsCode === 0 ? info.bits : [0, 8, 12, 0, 16, 20, 24, 32][bitsCode];
  if (count === 0 || count > info.blockSamples)
    throw bad(`a frame of ${count} samples, where at most ${info.blockSamples} are announced.`);
  if (assignment > 10 || channels !== info.channels)
    throw bad(`a frame of channel code ${assignment} in a file of ${info.channels} channels.`);
  if (sampleBits !== info.bits) throw bad(`a frame of ${sampleBits} bits per sample in a file of ${info.bits}.`);
  for (let c = 0; c < channels; c++) {
    const isSide = assignment === 9 ? c === 0 : assignment >= 8 && c === 1;
    readSubframe(bits, sampleBits + (isSide ? 1 : 0), count, block[c], bad);
  }
  bits.align();
  const crc = crc16(bytes, at, bits.byte);
  if (bits.unsigned(16) !== crc) throw bad('a frame has a wrong checksum.');
  decorrelate(assignment, count, block);
  return count;
}

function blockSamples(code: number, bits: BitReader): number {
  if (code === 1) return 192;
  if (code <= 5) return code === 0 ? 0 : 576 << (code - 2);
  if (code >= 8) return 256 << (code - 8);
  return bits.unsigned(code === 6 ? 8 : 16) + 1;
}

/** Turns left and side, side and right, or mid and side into left and right. */
function decorrelate(assignment: number, count: number, [a, b]: Int32Array[]): void {
  for (let i = 0; i < count; i++) {
    if (assignment === 8) b[i] = a[i] - b[i];
    else if (assignment === 9) a[i] += b[i];
    else if (assignment === 10) {
      const right = (2 * a[i] + (b[i] & 1) - b[i]) >> 1;
      a[i] = right + b[i];
      b[i] = right;
    } else return;
  }
}

const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x8000 ? 0x18005 : 0);
  return crc;
});

function crc16(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let i = start; i < end; i++) crc = ((crc << 8) & 0xffff) ^ crcTable[(crc >> 8) ^ bytes[i]];
  return crc;
}
