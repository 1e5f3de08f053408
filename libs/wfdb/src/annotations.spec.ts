import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createRandom } from '@cardio/core';
import {
  annotationTypes,
  codeOf,
  descriptionOf,
  encodeAnnotations,
  parseAnnotationFile,
  parseAnnotations,
  readAnnotations,
  symbolOf,
  writeAnnotations,
  type Annotation,
} from './index.js';

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
const note = (aux: string): Annotation => annotation({ symbol: '"', aux });

describe('annotations', () => {
  const all = [
    annotation({ sample: 5, symbol: '"', aux: 'an odd text' }),
    annotation({ sample: 5, symbol: 'V', subtype: -1, channel: 1, number: 2 }),
    annotation({ sample: 6, symbol: 'N', channel: 1, number: 2 }),
    annotation({ sample: 1029, symbol: 'N', channel: 1, number: -3 }),
    annotation({ sample: 2053, symbol: '[50]', channel: 255, number: -128, subtype: 127 }),
    annotation({ sample: 3_000_000, symbol: '+', channel: 0, number: -3, aux: '(AFIB' }),
    annotation({ sample: 3_000_000, symbol: 'N', number: -3 }),
    annotation({ sample: 9_000_000_000, symbol: '[42]', number: 127, aux: 'x\u00e9\u0080'.repeat(85) }),
  ];

  test('of every kind survive a round trip', async () => {
    expect(parseAnnotations(encodeAnnotations(all), 'x')).toEqual(all);
    const folder = await mkdtemp(join(tmpdir(), 'wfdb-'));
    await writeAnnotations(join(folder, 'r'), 'atr', all);
    expect(await readAnnotations(join(folder, 'r'), 'atr')).toEqual(all);
    expect(await readdir(folder)).toEqual(['r.atr']);
    await rm(folder, { recursive: true });
  });

  test('of every code survive a round trip', () => {
    const every = Array.from({ length: 58 }, (_, i) => annotation({ sample: 100 * i, symbol: symbolOf(i + 1) }));
    expect(parseAnnotations(encodeAnnotations(every), 'x')).toEqual(every);
  });

  test('at random survive a round trip, in any order', () => {
    const random = createRandom(7);
    const integer = (least: number, most: number): number => least + random.integer(most - least + 1);
    for (let trial = 0; trial < 200; trial++) {
      const some = Array.from({ length: integer(0, 30) }, () =>
        annotation({
          sample: integer(0, 10 ** integer(0, 10)),
          symbol: symbolOf(integer(1, 58)),
          subtype: integer(-128, 127),
          channel: integer(0, 255),
          number: integer(-128, 127),
          aux: String.fromCharCode(...Array.from({ length: integer(0, 254) }, () => integer(1, 255))),
        }),
      );
      const sampleRateHz = 0.5 * integer(1, 999);
      const bytes = encodeAnnotations(some, { sampleRateHz, zeroEnded: trial % 2 === 0, unordered: true });
      const read = parseAnnotationFile(bytes, 'x');
      expect(read.annotations).toEqual(some);
      expect(read.sampleRateHz).toBe(sampleRateHz);
    }
  });

  test('may go back in time, by a skip below zero, where that is asked for', () => {
    const back = [
      annotation({ sample: 70_000 }),
      annotation({ sample: 3 }),
      annotation({ sample: 9e9 }),
      annotation({}),
    ];
    expect(parseAnnotations(encodeAnnotations(back, { unordered: true }), 'x')).toEqual(back);
    expect(() => encodeAnnotations(back)).toThrow('it stands after sample 70000; sort annotations by sample');
  });

  test('are kept apart from what the file says about itself', () => {
    const definitions = [
      { code: 42, symbol: 'dicrotic', description: 'dicrotic notch of a pulse' },
      { code: 15, symbol: 'c', description: '' },
    ];
    const annotations = [
      note('## a note of mine'),
      annotation({ symbol: 'dicrotic' }),
      annotation({ sample: 2, symbol: 'c' }),
    ];
    const bytes = encodeAnnotations(annotations, { sampleRateHz: 62.4725, definitions });
    expect(parseAnnotationFile(bytes, 'x')).toEqual({
      annotations,
      sampleRateHz: 62.4725,
      definitions,
      zeroEnded: false,
    });
    expect(() => encodeAnnotations(annotations)).toThrow('name it in `definitions` with a code such as 42');
    const own = (symbol: string, code: number) => () =>
      encodeAnnotations([], { definitions: [{ code, symbol, description: '' }] });
    expect(own('two words', 42)).toThrow('has one character or more and no blanks');
    expect(own('x', 59)).toThrow('its code is 59; an integer from 1 to 58 fits');
  });

  test('that begin with a broken definition say which', () => {
    const broken =
      (...aux: string[]) =>
      () =>
        parseAnnotations(encodeAnnotations(['## annotation type definitions', ...aux].map(note)), 'x.atr');
    expect(broken('15 c calibration', 'sixteen')).toThrow('found `sixteen`');
    expect(broken('15 c calibration')).toThrow('until `## end of definitions`; none follows');
    expect(broken('59 c calibration')).toThrow('found `59 c calibration`');
  });

  test('have the symbols, names and texts of ecgcodes.h', () => {
    expect([1, 5, 8, 12, 28, 31, 38, 41].map(symbolOf).join('')).toBe('NVA/+!fr');
    for (let code = 0; code < 59; code++) expect(codeOf(symbolOf(code))).toBe(code);
    for (const symbol of ['n.a.', '[14]', '[0]', '[59]', '']) expect(codeOf(symbol)).toBeUndefined();
    expect(annotationTypes.map(({ code }) => code)).toEqual(Array.from({ length: 49 }, (_, i) => i + 1));
    expect(new Set(annotationTypes.map(({ symbol }) => symbol)).size).toBe(49);
    expect(annotationTypes[4]).toEqual({
      code: 5,
      symbol: 'V',
      name: 'PVC',
      description: 'Premature ventricular contraction',
    });
    expect(['N', '[15]', 'Z'].map(descriptionOf)).toEqual(['Normal beat', undefined, undefined]);
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

  test('end at the end mark, also after a skip, whatever follows', () => {
    expect(parseAnnotations(words((1 << 10) | 3, 0, 0xffff), 'x')).toHaveLength(1);
    expect(parseAnnotations(words((1 << 10) | 3, 59 << 10, 0, 9, 0), 'x')).toHaveLength(1);
    expect(parseAnnotations(words(0), 'x')).toEqual([]);
  });

  test.each([
    [
      words((1 << 10) | 3),
      'x.atr: the annotations break off at byte 2 without their end mark. The file is damaged; download it again.',
    ],
    [new Uint8Array(), 'x.atr: the annotations break off at byte 0'],
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
    [[annotation({ aux: 'β' })], 'its text has `β`, which does not fit a byte'],
    [[annotation({ sample: 1.5 })], 'its sample is 1.5; an integer from 0'],
    [[annotation({ channel: -1 })], 'its channel is -1; an integer from 0 to 255 fits'],
    [[annotation({ number: 128 })], 'its number is 128; an integer from -128 to 127 fits'],
    [[annotation({ subtype: NaN })], 'its subtype is NaN'],
  ])('that can not be written are refused', (annotations, message) => {
    expect(() => encodeAnnotations(annotations)).toThrow(message);
  });
});
