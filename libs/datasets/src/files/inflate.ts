import { inflateRawSync, inflateSync } from 'node:zlib';
import { fail, type EcgFileOptions } from './ecg-file.js';

/** The most that a compressed element may unpack to: zlib's own limit is about 1032 to 1. */
const largestFactor = 1100;
const largest = 2 ** 30;

/**
 * Unpacks zlib data, or a raw deflate stream.
 *
 * @param at the element's byte in the file, for the message
 * @throws {CardioError} `data` for bytes that are not zlib's, are cut off, or unpack to more than 1 GiB
 */
export function inflate(
  packed: Uint8Array,
  at: number,
  options: EcgFileOptions,
  form: 'zlib' | 'raw' = 'zlib',
): Uint8Array {
  try {
    return (form === 'raw' ? inflateRawSync : inflateSync)(packed, {
      maxOutputLength: Math.min(largest, largestFactor * packed.length + 1024),
    });
  } catch (cause) {
    return fail(
      options,
      `at byte ${at}: the compressed element can't be unpacked (${cause instanceof Error ? cause.message : String(cause)}).`,
    );
  }
}
