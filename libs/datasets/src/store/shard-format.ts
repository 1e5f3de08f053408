import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import { CardioError } from '@cardio/core';
import type { ExampleShape } from '../dataset.js';
import type { StoreDtype } from '../store-config.js';

/*
 * A shard: a header of 64 bytes, rows of equal size, an index. All numbers are little-endian.
 *   row     x [T * L] float32 or float16, padded to 4 bytes; features [F] float32; padded to 8 bytes
 *   index   arrays one after the other, each padded to 8 bytes, in the order of `sections`
 */

/** What decides the size of a row. */
export interface RowFormat {
  readonly dtype: StoreDtype;
  readonly shape: ExampleShape;
}

/** What a shard holds beside its rows. Records are numbered within the shard. */
export interface ShardIndex {
  /** `[records, 3 + 3F]`: what fitting a standardisation needs. */
  readonly spreads: Float64Array;
  /** `[records, 32]`: SHA-256 of each record's examples before rounding; zero for a bad record. */
  readonly digests: Uint8Array;
  /** `[rows, K]` */
  readonly y: Float32Array;
  /** CRC-32 of each row. */
  readonly sums: Uint32Array;
  /** The record of each row, ascending. */
  readonly record: Uint32Array;
  /** Where each row's id ends in `ids`. */
  readonly idEnds: Uint32Array;
  /** All ids, UTF-8. */
  readonly ids: Uint8Array;
  /** UTF-8 JSON of `[record, reason][]`: records that could not be read. */
  readonly bad: Uint8Array;
}

/** What a shard's header says. */
interface ShardCounts {
  readonly rows: number;
  readonly records: number;
  readonly idBytes: number;
  readonly badBytes: number;
}

export const headerBytes = 64;
/** Raised when stores of older versions can't be read, so that they are prepared again. */
export const formatVersion = 1;
const magic = 0x31_53_43_43; // CCS1

/** Bytes of one row's x, padded. */
export const sampleBytes = ({ dtype, shape }: RowFormat): number =>
  Math.ceil((shape.time * shape.leads * (dtype === 'float32' ? 4 : 2)) / 4) * 4;

/** Bytes of one row. */
export const rowBytes = (format: RowFormat): number => padded(sampleBytes(format) + 4 * format.shape.features);

/** The index as bytes. */
export function encodeIndex(index: ShardIndex): Buffer {
  const parts = sections.flatMap((name) => {
    const { buffer, byteOffset, byteLength } = index[name];
    return [Buffer.from(buffer, byteOffset, byteLength), Buffer.alloc(padded(byteLength) - byteLength)];
  });
  return Buffer.concat(parts);
}

/** The header of a shard with this index. */
export function encodeHeader(storeId: string, format: RowFormat, index: ShardIndex, encoded: Uint8Array): Buffer {
  const header = Buffer.alloc(headerBytes);
  const numbers = [magic, formatVersion, ...formatNumbers(format), index.sums.length, index.digests.length / 32];
  numbers.push(index.ids.length, index.bad.length, crc32(encoded));
  numbers.forEach((number, i) => header.writeUInt32LE(number, 4 * i));
  header.write(storeId.slice(0, 16), 48, 8, 'hex');
  header.writeUInt32LE(crc32(header.subarray(0, 60)), 60);
  return header;
}

/** A header's counts and the CRC-32 of the index; `undefined` when it is not the header of a shard of this store. */
export function decodeHeader(
  header: Buffer,
  storeId: string,
  format: RowFormat,
): (ShardCounts & { readonly indexSum: number }) | undefined {
  if (header.length < headerBytes || header.readUInt32LE(60) !== crc32(header.subarray(0, 60))) return undefined;
  const numbers = Array.from({ length: 12 }, (_, i) => header.readUInt32LE(4 * i));
  const expected = [magic, formatVersion, ...formatNumbers(format)];
  if (expected.some((number, i) => numbers[i] !== number)) return undefined;
  if (header.toString('hex', 48, 56) !== storeId.slice(0, 16)) return undefined;
  const [rows, records, idBytes, badBytes, indexSum] = numbers.slice(expected.length);
  return { rows, records, idBytes, badBytes, indexSum };
}

/** Bytes of the index of a shard with these counts. */
export function indexBytes(counts: ShardCounts, shape: ExampleShape): number {
  return lengths(counts, shape).reduce((sum, { bytes }) => sum + padded(bytes), 0);
}

/** The arrays of an index, as views of its bytes. */
export function decodeIndex(buffer: ArrayBuffer, counts: ShardCounts, shape: ExampleShape): ShardIndex {
  let at = 0;
  const views = lengths(counts, shape).map(({ name, bytes }) => {
    const Type = types[name];
    const view = new Type(buffer, at, bytes / Type.BYTES_PER_ELEMENT);
    at += padded(bytes);
    return [name, view] as const;
  });
  return Object.fromEntries(views) as unknown as ShardIndex; // `types` has the types of the interface
}

/** @throws {CardioError} `unavailable` on a big-endian machine, on which typed arrays are not the bytes of the files */
export function assertLittleEndian(): void {
  if (endianness() !== 'LE')
    throw new CardioError('unavailable', 'A prepared store can be used on little-endian machines only.');
}

const types = {
  spreads: Float64Array,
  digests: Uint8Array,
  y: Float32Array,
  sums: Uint32Array,
  record: Uint32Array,
  idEnds: Uint32Array,
  ids: Uint8Array,
  bad: Uint8Array,
} as const;
const sections = Object.keys(types) as (keyof ShardIndex)[];

function lengths({ rows, records, idBytes, badBytes }: ShardCounts, { classes, features }: ExampleShape) {
  const bytes: Readonly<Record<keyof ShardIndex, number>> = {
    spreads: records * 24 * (1 + features),
    digests: records * 32,
    y: rows * 4 * classes,
    sums: rows * 4,
    record: rows * 4,
    idEnds: rows * 4,
    ids: idBytes,
    bad: badBytes,
  };
  return sections.map((name) => ({ name, bytes: bytes[name] }));
}

const formatNumbers = ({ dtype, shape }: RowFormat): number[] => [
  dtype === 'float32' ? 0 : 1,
  shape.time,
  shape.leads,
  shape.classes,
  shape.features,
];

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;
