import { CardioError } from '@cardio/core';
import { tensorTypes, type FileTensor, type TensorFile, type TensorType } from './tensors.js';

/** The largest header that the reference implementation reads. */
const longestHeader = 100_000_000;
const lengthBytes = 8;

/** Tensors as the bytes of a safetensors file: length of the header (64 bits, little-endian), header in JSON, values without gaps. */
export function encodeSafetensors({ metadata, tensors }: TensorFile): Uint8Array {
  const sizeOf = ({ dtype }: FileTensor): number => tensorTypes[dtype].size;
  // wide values first, so that each tensor lies at a multiple of its width
  const entries = [...tensors].sort(([a, x], [b, y]) => sizeOf(y) - sizeOf(x) || (a < b ? -1 : 1));
  let end = 0;
  const described = entries.map(([name, { dtype, shape, values }]): [string, unknown] => {
    const begin = end;
    end += values.byteLength;
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const header = new TextEncoder().encode(
    JSON.stringify(Object.fromEntries([['__metadata__', metadata], ...described])),
  );
  const start = Math.ceil((lengthBytes + header.length) / 8) * 8;
  const bytes = new Uint8Array(start + end);
  bytes.fill(0x20, lengthBytes, start); // the spaces after the header belong to it
  bytes.set(header, lengthBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - lengthBytes), true);
  let offset = start;
  for (const [, { values }] of entries) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file. Nothing in it is believed: what its header claims is checked against the bytes that are there before anything is
 * made of it.
 *
 * @throws CardioError 'data' for a file that is truncated, has tensors of an unknown type, outside the file, on top of each other, with gaps
 *   between them or twice of one name
 */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  const body = bytes.subarray(lengthBytes + headerLength(bytes));
  const header = parseHeader(bytes.subarray(lengthBytes, bytes.length - body.length));
  const { __metadata__: metadata = {}, ...described } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string'))
    throw damaged('its metadata are not texts');
  const entries = Object.entries(described).map(([name, entry]) => checked(name, entry, body.length));
  let filled = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== filled)
      throw damaged(`the values of \`${name}\` begin at byte ${begin}, where those before them end at ${filled}`);
    filled = end;
  }
  if (filled !== body.length) throw damaged(`${body.length - filled} bytes at its end belong to no tensor`);
  return {
    metadata: metadata as Record<string, string>,
    tensors: new Map(entries.map((entry) => [entry.name, tensorOf(entry, body)])),
  };
}

/** A tensor of the header. */
interface Entry {
  readonly name: string;
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < lengthBytes) throw damaged(`it has ${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > longestHeader) throw damaged(`its header would be ${length} bytes long`);
  if (length > bytes.length - lengthBytes)
    throw damaged(`its header of ${length} bytes is longer than the file of ${bytes.length} bytes; it is cut short`);
  return Number(length);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  const [text, header] = parsed(bytes);
  if (!isRecord(header)) throw damaged('its header is not a JSON object');
  const twice = repeatedKey(text);
  if (twice !== undefined) throw damaged(`it has \`${twice}\` twice`);
  return header;
}

function parsed(bytes: Uint8Array): [string, unknown] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return [text, JSON.parse(text)];
  } catch (cause) {
    throw damaged('its header is not JSON', cause);
  }
}

/** The first name that an object in JSON has twice, which `JSON.parse` would not tell. */
function repeatedKey(json: string): string | undefined {
  const keys = new Set<string>();
  let depth = 0;
  for (const [, text, colon, bracket] of json.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")\s*(:)?|([{}[\]])/g)) {
    if (bracket) depth += bracket === '{' || bracket === '[' ? 1 : -1;
    else if (depth === 1 && colon) {
      const key = JSON.parse(text) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}

function checked(name: string, entry: unknown, available: number): Entry {
  if (!isRecord(entry)) throw damaged(`\`${name}\` is no tensor`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(tensorTypes, dtype)) {
    throw damaged(`\`${name}\` has the type \`${String(dtype)}\`; read are ${Object.keys(tensorTypes).join(', ')}`);
  }
  if (!isLengths(shape)) throw damaged(`\`${name}\` has the shape ${JSON.stringify(shape)}`);
  if (!isLengths(offsets) || offsets.length !== 2) throw damaged(`\`${name}\` lies at ${JSON.stringify(offsets)}`);
  const [begin, end] = offsets;
  if (begin > end || end > available)
    throw damaged(`\`${name}\` lies at ${begin} to ${end} of ${available} bytes; the file is cut short or wrong`);
  const size = shape.reduce((product, length) => product * length, tensorTypes[dtype as TensorType].size);
  if (size !== end - begin)
    throw damaged(`\`${name}\` of shape [${shape.join(', ')}] and type ${dtype} has ${end - begin} bytes`);
  return { name, dtype: dtype as TensorType, shape, begin, end };
}

function tensorOf({ dtype, shape, begin, end }: Entry, body: Uint8Array): FileTensor {
  const { array: TypedArray } = tensorTypes[dtype];
  return { dtype, shape, values: new TypedArray(Uint8Array.from(body.subarray(begin, end)).buffer) }; // a copy is aligned
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isLengths = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
const damaged = (why: string, cause?: unknown): CardioError =>
  new CardioError('data', `This is no safetensors file that can be read: ${why}. Write or fetch it again.`, { cause });
