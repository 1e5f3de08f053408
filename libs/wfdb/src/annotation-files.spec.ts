import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { encodeAnnotations, parseAnnotationFile, parseAnnotations, readAnnotations, type Annotation } from './index.js';
import { sharedData } from './shared-data.js';

// Made by golden/wfdb.py, a decoder of its own.
const golden = JSON.parse(readFileSync(new URL('../golden/wfdb.json', import.meta.url), 'utf8')) as {
  records: Record<string, { annotations: number; symbols: Record<string, number>; annotationsSha256: string }>;
};

const beat: Annotation = { sample: 0, symbol: 'N', subtype: 0, channel: 0, number: 0, aux: '' };

const mitdb = sharedData('mitdb/mit-bih-arrhythmia-database-1.0.0', describe);
const target = sharedData('wfdb-formats/wfdb-python', describe);
const icentia = sharedData('icentia11k/p00/p00000', describe);

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

  // Of 201 some texts end in a zero byte and some don't, which one flag can't say.
  test.each(Object.keys(golden.records).filter((name) => name !== '201'))('%s is written byte for byte', (name) => {
    expectSameBytes(join(mitdb.path, `${name}.atr`));
  });

  test('201 is written with the same annotations', () => {
    expectSameFile(readFileSync(join(mitdb.path, '201.atr')));
  });
});

target.describe('the files of wfdb-python', () => {
  const sample = (name: string): string => join(target.path, 'sample-data', name);

  test.each(['100.qrs', '1003.atr', 'huge.qrs'])('%s is written byte for byte', (name) =>
    expectSameBytes(sample(name)),
  );

  test('12726.anI says channel 255 as -1 in ten bits, and is else written byte for byte', () => {
    const bytes = readFileSync(sample('12726.anI'));
    const again = Buffer.from(encodeAnnotations(parseAnnotations(bytes, 'x')));
    expect([bytes.readUInt16LE(8), again.readUInt16LE(8)]).toEqual([(62 << 10) | 0x3ff, (62 << 10) | 0xff]);
    bytes.copy(again, 8, 8, 10);
    expect(again.equals(bytes)).toBe(true);
  });

  test('huge.qrs has one beat at sample 10,000,000,000, by five skips', async () => {
    expect(await readAnnotations(sample('huge'), 'qrs')).toEqual([{ ...beat, sample: 10_000_000_000 }]);
  });

  test('1003.atr defines six symbols, which are used', () => {
    const { annotations, definitions, sampleRateHz } = parseAnnotationFile(
      readFileSync(sample('1003.atr')),
      '1003.atr',
    );
    expect(definitions).toHaveLength(6);
    expect(definitions.slice(0, 2)).toEqual([
      { code: 15, symbol: 'c', description: 'calibration pulse' },
      { code: 17, symbol: '#', description: 'pressure line flushed' },
    ]);
    expect(sampleRateHz).toBeUndefined();
    expect(annotations[0]).toEqual({ ...beat, sample: 73, aux: ' ' });
  });

  // The times of ann-2 are of day; 12726's header, which has the start, is absent, so they are left to its samples.
  test.each([
    ['ann-1', join(mitdb.path, '100'), 'atr', 360],
    ['ann-2', sample('12726'), 'anI', undefined],
    ['ann-3', sample('1003'), 'atr', 360],
  ])('%s is what rdann prints', async (expected, path, extension, rate) => {
    const lines = readFileSync(join(target.path, 'tests/target-output', expected), 'latin1').split('\n');
    const ours = (await readAnnotations(path, extension)).map((a) => rdann(a, rate));
    expect([...ours, '']).toEqual(rate ? lines : lines.map((line) => line.replace(/^\[.{12}\]/, '')));
  });
});

icentia.describe('an Icentia11k segment', () => {
  test('says its rate, has its published counts and is written byte for byte', () => {
    const path = join(icentia.path, 'p00000_s00.atr');
    const { annotations, sampleRateHz } = parseAnnotationFile(readFileSync(path), path);
    expect(sampleRateHz).toBe(250);
    expect(annotations.filter(({ symbol }) => symbol === 'N')).toHaveLength(6641);
    expect(annotations.filter(({ symbol }) => symbol === 'Q')).toHaveLength(244);
    expect(annotations.filter(({ symbol }) => symbol === '+')).toHaveLength(38);
    expect(annotations).toHaveLength(6923);
    expect(annotations.filter(({ aux }) => aux === 'None')).toHaveLength(6641 + 244);
    expectSameBytes(path);
  });
});

function expectSameFile(bytes: Uint8Array): Uint8Array {
  const read = parseAnnotationFile(bytes, 'x');
  const again = encodeAnnotations(read.annotations, read);
  expect(parseAnnotationFile(again, 'x')).toEqual(read);
  return again;
}

function expectSameBytes(path: string): void {
  const bytes = readFileSync(path);
  expect(Buffer.compare(expectSameFile(bytes), bytes)).toBe(0);
}

/** A line as rdann prints it; without its time where the rate is unknown. */
function rdann({ sample, symbol, subtype, channel, number, aux }: Annotation, rate: number | undefined): string {
  const ms = Math.round((1000 * sample) / (rate ?? 1));
  const seconds = `${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}.${String(ms % 1000).padStart(3, '0')}`;
  const time = rate ? `${Math.floor(ms / 60_000)}:${seconds}`.padStart(12) : '';
  const fields = [String(sample).padStart(9), symbol.padStart(6)].concat(
    [subtype, channel, number].map((value) => String(value).padStart(5)),
  );
  return `${time}${fields.join('')}${aux === '' ? '' : `\t${aux}`}`;
}
