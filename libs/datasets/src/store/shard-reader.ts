import { closeSync, fstatSync, openSync, readSync, renameSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { CardioError } from '@cardio/core';
import { fromFloat16 } from './float16.js';
import {
  decodeHeader,
  decodeIndex,
  headerBytes,
  indexBytes,
  rowBytes,
  sampleBytes,
  type RowFormat,
  type ShardIndex,
} from './shard-format.js';

/** A shard open for reading. */
export interface Shard {
  readonly rows: number;
  readonly records: number;
  readonly index: ShardIndex;
  /** The index of a row's record in the shard's plan, and the row's id. */
  idOf(row: number): string;
  /**
   * Copies a row's samples and features as they are stored.
   *
   * @throws {CardioError} `data` when the row is damaged; the shard is set aside then, so that the next start prepares it again
   */
  read(row: number, x: Float32Array, features: Float32Array): void;
  /** Whether every row is as it was written. */
  intact(): boolean;
  close(): void;
}

/**
 * Opens a shard and reads its index; `undefined` when there is none, or when it is not one of this store, whole and with an undamaged
 * index.
 */
export function openShard(path: string, storeId: string, format: RowFormat): Shard | undefined {
  const fd = openIfThere(path);
  if (fd === undefined) return undefined;
  const contents = contentsOf(fd, storeId, format);
  if (!contents) {
    closeSync(fd);
    return undefined;
  }
  const { index } = contents;
  const stride = rowBytes(format);
  const row = Buffer.alloc(stride);
  const count = format.shape.time * format.shape.leads;
  const stored =
    format.dtype === 'float32' ? new Float32Array(row.buffer, 0, count) : new Uint16Array(row.buffer, 0, count);
  const storedFeatures = new Float32Array(row.buffer, sampleBytes(format), format.shape.features);

  const load = (number: number): boolean =>
    readSync(fd, row, 0, stride, headerBytes + number * stride) === stride && crc32(row) === index.sums[number];
  return {
    ...contents,
    idOf: (number) =>
      Buffer.from(index.ids.subarray(number === 0 ? 0 : index.idEnds[number - 1], index.idEnds[number])).toString(),
    read: (number, x, features) => {
      if (!load(number)) {
        renameSync(path, `${path}.damaged`);
        throw new CardioError(
          'data',
          `Row ${number} of \`${path}\` is damaged (its checksum is wrong). The shard is set aside; start again, and it is prepared anew.`,
        );
      }
      if (stored instanceof Uint16Array) fromFloat16(stored, x);
      else x.set(stored);
      features.set(storedFeatures);
    },
    intact: () => {
      for (let number = 0; number < contents.rows; number++) if (!load(number)) return false;
      return true;
    },
    close: () => closeSync(fd),
  };
}

/** Reads and checks header and index. */
function contentsOf(
  fd: number,
  storeId: string,
  format: RowFormat,
): { rows: number; records: number; index: ShardIndex } | undefined {
  const header = Buffer.alloc(headerBytes);
  readSync(fd, header, 0, headerBytes, 0);
  const counts = decodeHeader(header, storeId, format);
  if (!counts) return undefined;
  const start = headerBytes + counts.rows * rowBytes(format);
  const bytes = indexBytes(counts, format.shape);
  if (fstatSync(fd).size !== start + bytes) return undefined;
  const buffer = new ArrayBuffer(bytes);
  const read = readSync(fd, new Uint8Array(buffer), 0, bytes, start);
  if (read !== bytes || crc32(new Uint8Array(buffer)) !== counts.indexSum) return undefined;
  return { rows: counts.rows, records: counts.records, index: decodeIndex(buffer, counts, format.shape) };
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CardioError('not-found', `\`${path}\` can't be opened: ${(error as Error).message}`, { cause: error });
  }
}
