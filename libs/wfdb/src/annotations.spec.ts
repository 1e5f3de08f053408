import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  codeOf,
  encodeAnnotations,
  parseAnnotations,
  readAnnotations,
  symbolOf,
  writeAnnotations,
  type Annotation,
} from './index.js';
import { sharedData } from './shared-data.js';

// Made by golden/wfdb.py, a decoder of its own.
const golden = JSON.parse(readFileSync(new URL('../golden/wfdb.json', import.meta.url), 'utf8')) as {
  records: Record<string, { annotations: number; symbols: Record<string, number>; annotationsSha256: string }>;
};

const annotation = (fields: Partial<Annotation>): Annotation => ({
  sample: 0,
  symbol: 'N',
  subtype: 0,
  channel: 0,
  number: 0,
  aux: '',
  ...fields,
});
const words = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);

const mitdb = sharedData('mitdb/mit-bih-arrhythmia-database-1.0.0', describe);
mitdb.describe('MIT-BIH annotations', () => {
  test.each(Object.entries(golden.records))('%s has what numpy finds', async (name, expected) => {
    const annotations = await readAnnotations(join(mitdb.path, name), 'atr');
    const symbols: Record<string, number> = {};
    for (const { symbol } of annotations) symbols[symbol] = (symbols[symbol] ?? 0) + 1;
    expect(annotations).toHaveLength(expected.annotations);
    expect(symbols).toEqual(expected.symbols);
    const text = annotations
      .map(({ sample, symbol, subtype, aux }) => `${sample} ${symbol} ${subtype} ${aux}`)
      .join('\n');
    expect(createHash('sha256').update(text, 'utf8').digest('hex')).toBe(expected.annotationsSha256);
  });

  // The texts in this database end in a zero byte, which reading drops; in 108 and 201 one does not.
  test.each(Object.keys(golden.records).filter((name) => !['108', '201'].includes(name)))(
    '%s comes out of the encoder byte for byte',
    (name) => {
      const bytes = readFileSync(join(mitdb.path, `${name}.atr`));
      const annotations = parseAnnotations(bytes, name).map((a) => (a.aux === '' ? a : { ...a, aux: `${a.aux}\0` }));
      expect(Buffer.compare(encodeAnnotations(annotations), bytes)).toBe(0);
    },
  );
});

const target = sharedData('wfdb-formats/wfdb-python', describe);
target.describe('the output of rdann', () => {
  test.each([
    ['ann-1', join(mitdb.path, '100'), 'atr'],
    ['ann-2', join(target.path, 'sample-data/12726'), 'anI'],
    ['ann-3', join(target.path, 'sample-data/1003'), 'atr'],
  ])('%s is what we read', async (expected, path, extension) => {
    const lines = readFileSync(join(target.path, 'tests/target-output', expected), 'latin1')
      .trimEnd()
      .split('\n');
    const ours = (await readAnnotations(path, extension)).map((a) =>
      [a.sample, a.symbol, a.subtype, a.channel, a.number, a.aux.trim()].join(' '),
    );
    const theirs = lines.map((line) => {
      const [, sample, symbol, subtype, channel, number, aux = ''] =
        /^\s*\S+\s+(\d+)\s+(\S+)\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)(?:\t(.*))?$/.exec(line) ?? [line];
      return [sample, symbol, subtype, channel, number, aux.trim()].join(' ');
    });
    expect(ours).toEqual(theirs);
  });
});

const icentia = sharedData('icentia11k/p00/p00000', describe);
icentia.describe('an Icentia11k segment', () => {
  test('starts with its note, has its published counts and survives a round trip', async () => {
    const annotations = await readAnnotations(join(icentia.path, 'p00000_s00'), 'atr');
    expect(annotations[0]).toEqual(annotation({ symbol: '"', aux: '## time resolution: 250' }));
    expect(annotations.filter(({ symbol }) => symbol === 'N')).toHaveLength(6641);
    expect(annotations.filter(({ symbol }) => symbol === 'Q')).toHaveLength(244);
    expect(annotations.filter(({ aux }) => aux === '(N')).toHaveLength(19);
    const again = parseAnnotations(encodeAnnotations(annotations), 'again');
    expect(again).toEqual(annotations);
  });
});

describe('annotations', () => {
  const all = [
    annotation({ sample: 5, symbol: '"', aux: 'an odd text' }),
    annotation({ sample: 5, symbol: 'V', subtype: -1, channel: 1, number: 2 }),
    annotation({ sample: 6, symbol: 'N', channel: 1, number: 2 }),
    annotation({ sample: 1029, symbol: 'N', channel: 1, number: -3 }),
    annotation({ sample: 3_000_000, symbol: '+', channel: 0, number: -3, aux: '(AFIB' }),
    annotation({ sample: 3_000_000, symbol: 'N', number: -3 }),
  ];

  test('of every kind survive a round trip', async () => {
    expect(parseAnnotations(encodeAnnotations(all), 'x')).toEqual(all);
    const folder = await mkdtemp(join(tmpdir(), 'wfdb-'));
    await writeAnnotations(join(folder, 'r'), 'atr', all);
    expect(await readAnnotations(join(folder, 'r'), 'atr')).toEqual(all);
    await rm(folder, { recursive: true });
  });

  test('have the symbols of ecgcodes.h', () => {
    expect([1, 5, 8, 12, 28, 31, 38, 41].map(symbolOf).join('')).toBe('NVA/+!fr');
    for (let code = 0; code < 50; code++) expect(codeOf(symbolOf(code))).toBe(code);
    expect(codeOf('n.a.')).toBeUndefined();
  });

  test('keep channel and number until they change, a subtype only once, and skip high word first', () => {
    const bytes = words(
      (59 << 10) >>> 0,
      0x0001,
      0x0002,
      (1 << 10) | 3,
      (61 << 10) | 7,
      (62 << 10) | 1,
      (60 << 10) | 4,
      (5 << 10) | 10,
      0,
    );
    expect(parseAnnotations(bytes, 'x')).toEqual([
      annotation({ sample: 0x10002 + 3, subtype: 7, channel: 1, number: 4 }),
      annotation({ sample: 0x10002 + 13, symbol: 'V', channel: 1, number: 4 }),
    ]);
  });

  test.each([
    [
      words((1 << 10) | 3),
      'x.atr: the annotations break off at byte 2 without their end mark. The file is damaged; download it again.',
    ],
    [words((1 << 10) | 3, (63 << 10) | 9, 0), 'x.atr: byte 4: a text of 9 bytes goes past the file'],
    [words((61 << 10) | 3, 0), 'x.atr: byte 0: code 61 must follow an annotation'],
  ])('that break off say where', (bytes, message) => {
    expect(() => parseAnnotations(bytes, 'x.atr')).toThrow(message);
  });

  test.each([
    [[annotation({ symbol: ' ' })], 'the symbol is not one of the MIT format'],
    [[annotation({ symbol: 'Z' })], 'the symbol is not one of the MIT format'],
    [[annotation({ sample: 2 }), annotation({ sample: 1 })], 'it stands after sample 2'],
    [[annotation({ aux: 'x'.repeat(256) })], 'its text has 256 bytes'],
  ])('that can not be written are refused', (annotations, message) => {
    expect(() => encodeAnnotations(annotations)).toThrow(message);
  });
});
