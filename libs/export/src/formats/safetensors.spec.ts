import { createRandom, isCardioError } from '@cardio/core';
import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors, readSafetensors } from './safetensors.js';
import { python } from '../testing/torch.js';
import type { TensorFile } from './tensors.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The bytes of a file by the format's own description: length of the header, header, values. */
function fileOf(header: unknown, values: readonly number[] = [], length?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([size, text, Uint8Array.from(values)]);
}

const f32 = (begin: number, end: number, shape = [(end - begin) / 4]): object => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

const example: TensorFile = {
  metadata: { classes: '["a","b"]', note: 'ação' },
  tensors: new Map([
    ['mask', { dtype: 'BOOL', shape: [3], values: Uint8Array.of(1, 0, 1) }],
    ['dense/kernel', { dtype: 'F32', shape: [2, 3], values: Float32Array.of(1, -0, NaN, Infinity, 1e-40, 3.4e38) }],
    ['axes', { dtype: 'I64', shape: [1], values: BigInt64Array.of(-5n) }],
    ['empty', { dtype: 'F32', shape: [0, 4], values: new Float32Array(0) }],
    ['scalar', { dtype: 'I32', shape: [], values: Int32Array.of(7) }],
  ]),
};

test('what is written is read, bit for bit, names and metadata too', () => {
  const { metadata, tensors } = readSafetensors(encodeSafetensors(example));
  expect(metadata).toEqual(example.metadata);
  expect(new Map([...tensors].sort())).toEqual(new Map([...example.tensors].sort()));
});

test('a file written by hand is read', () => {
  const { metadata, tensors } = readSafetensors(
    fileOf({ b: f32(4, 8), a: f32(0, 4, [1, 1]) }, [0, 0, 128, 63, 0, 0, 0, 192]),
  );
  expect(metadata).toEqual({});
  expect(tensors.get('a')).toEqual({ dtype: 'F32', shape: [1, 1], values: Float32Array.of(1) });
  expect(tensors.get('b')?.values).toEqual(Float32Array.of(-2));
});

const hasPackage = spawnSync(python, ['-c', 'import safetensors, numpy']).status === 0;
if (!hasPackage) console.warn(`Skipped: \`${python}\` has no safetensors; \`pip install safetensors numpy\`.`);

(hasPackage ? test : test.skip)('the reference implementation reads what is written', () => {
  const path = join(folder, 'example.safetensors');
  writeFileSync(path, encodeSafetensors(example));
  const program = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], 'numpy') as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    print(json.dumps([file.metadata(), {name: [str(x.dtype), list(x.shape), x.tobytes().hex()] for name, x in tensors.items()}]))
`;
  const { stdout, stderr } = spawnSync(python, ['-c', program, path], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const [metadata, tensors] = JSON.parse(stdout) as [unknown, Record<string, [string, number[], string]>];
  expect(metadata).toEqual(example.metadata);
  const types: Record<string, string> = { F32: 'float32', I64: 'int64', I32: 'int32', BOOL: 'bool' };
  for (const [name, { dtype, shape, values }] of example.tensors) {
    const hex = Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
    expect(tensors[name]).toEqual([types[dtype], shape, hex]);
  }
});

describe('hostile files are an error that says what is wrong', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /it has 0 bytes/],
    ['less than a length', new Uint8Array(7), /it has 7 bytes/],
    ['a header longer than the file', fileOf({}, [], 1000n), /header of 1000 bytes is longer than the file/],
    ['a header of exabytes', fileOf({}, [], 2n ** 63n), /its header would be 9223372036854775808 bytes/],
    ['a header that is no JSON', fileOf('{"a": '), /its header is not JSON/],
    ['a header that is no UTF-8', Buffer.concat([fileOf('{"?":1}').map((b) => (b === 63 ? 0xff : b))]), /not JSON/],
    ['a header that is a list', fileOf([]), /not a JSON object/],
    ['metadata that are no texts', fileOf({ __metadata__: { a: 1 } }), /its metadata are not texts/],
    ['a tensor that is a number', fileOf({ a: 1 }), /`a` is no tensor/],
    [
      'an unknown type',
      fileOf({ a: { dtype: 'NaN', shape: [], data_offsets: [0, 0] } }),
      /the type `NaN`; read are F32/,
    ],
    ['a type that is not read', fileOf({ a: { dtype: 'BF16', shape: [1], data_offsets: [0, 2] } }, [0, 0]), /`BF16`/],
    ['a type of the prototype', fileOf({ a: { dtype: 'toString', shape: [], data_offsets: [0, 0] } }), /`toString`/],
    ['a negative length', fileOf({ a: f32(0, 4, [-1]) }, [0, 0, 0, 0]), /the shape \[-1\]/],
    [
      'a length that is no number',
      fileOf({ a: { dtype: 'F32', shape: ['4'], data_offsets: [0, 4] } }),
      /the shape \["4"\]/,
    ],
    ['lengths beyond all numbers', fileOf({ a: f32(0, 4, [2 ** 52, 2 ** 52, 2 ** 52]) }, [0, 0, 0, 0]), /has 4 bytes/],
    ['offsets backwards', fileOf({ a: f32(4, 0, [1]) }, [0, 0, 0, 0]), /lies at 4 to 0/],
    [
      'offsets beyond the end',
      fileOf({ a: f32(0, 8) }, [0, 0, 0, 0]),
      /lies at 0 to 8 of 4 bytes; the file is cut short/,
    ],
    ['three offsets', fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 4] } }, [0, 0, 0, 0]), /\[0,4,4\]/],
    ['tensors on top of each other', fileOf({ a: f32(0, 8), b: f32(4, 8) }, Array(8).fill(0)), /`b` begin at byte 4/],
    [
      'a gap',
      fileOf({ a: f32(0, 4), b: f32(8, 12) }, Array(12).fill(0)),
      /`b` begin at byte 8, where those before them end at 4/,
    ],
    ['bytes at its end', fileOf({ a: f32(0, 4) }, Array(5).fill(0)), /1 bytes at its end belong to no tensor/],
    ['a name twice', fileOf('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'), /`a` twice/], // prettier-ignore
    ['a name of many megabytes', fileOf(`{"${'\\n'.repeat(2e6)}": 1}`), /is no tensor/],
    ['brackets without end', fileOf('['.repeat(1e6)), /not JSON/],
  ])('%s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
    try {
      readSafetensors(bytes);
    } catch (error) {
      expect(isCardioError(error) && error.code).toBe('data');
      expect((error as Error).message).toMatch(/^This is no safetensors file that can be read: /);
    }
  });

  test('2000 random changes of a file are read or refused, never anything else', () => {
    const whole = encodeSafetensors(example);
    const random = createRandom(11);
    const at = (length: number): number => Math.floor(random.uniform(0, length));
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      const cut = random.uniform(0, 1) < 0.2 ? at(whole.length) : whole.length;
      const bytes = whole.slice(0, cut);
      for (let n = at(4) + (cut === whole.length ? 1 : 0); n > 0 && cut > 0; n--) bytes[at(cut)] = at(256);
      try {
        readSafetensors(bytes);
      } catch (error) {
        if (!isCardioError(error) || error.code !== 'data') throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
