import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createRandom, type Random } from '@cardio/core';
import {
  decodeRecord,
  encodeAnnotations,
  encodeRecord,
  memorySource,
  parseHeader,
  readAnnotations,
  readChannels,
  readRecord,
  WfdbError,
} from './index.js';
import { sharedData } from './shared-data.js';

// Damaged files end in a value or in a WfdbError that names a file: no other error, no hang, no result beyond what the files can hold.
// 2,000 cases; `CARDIO_FUZZ_CASES=100000` for a night, `CARDIO_FUZZ_SEED` for other ones.
const cases = Number(process.env['CARDIO_FUZZ_CASES'] ?? 2000);
const seed = Number(process.env['CARDIO_FUZZ_SEED'] ?? 4);

type Files = ReadonlyMap<string, Uint8Array>;

/** A sound record: its name and files, headers first among them to be damaged. */
interface Base {
  readonly name: string;
  readonly files: Files;
}

/** Records made here, so that there is something to damage where the shared data is absent. */
function madeRecords(): Base[] {
  const random = createRandom(1);
  return [8, 16, 24, 32, 61, 80, 160, 212, 310, 311].map((format) => {
    const lead = (): Float32Array => Float32Array.from({ length: 301 }, () => random.integer(60) - 30);
    const signal = { samples: [lead(), lead(), lead()], sampleRateHz: 100, leads: ['I', 'II', 'V 1'] };
    const { header, files } = encodeRecord('r', signal, { format, gain: 1, info: ['Age: 50'] });
    const annotations = Array.from({ length: 40 }, (_, i) => ({
      ...{ sample: 7 * i * i, symbol: 'NV+~"'[i % 5], subtype: i % 3, channel: i % 2, number: 0 },
      aux: i % 5 === 2 ? '(AFIB' : '',
    }));
    const texts = new Map([['r.hea', new TextEncoder().encode(header)]]);
    return { name: 'r', files: new Map([...texts, ...files, ['r.atr', encodeAnnotations(annotations)]]) };
  });
}

/** Small records of wfdb-python's sample data, each with all files of its folder that it can need. */
function realRecords(folder: string): Base[] {
  const flat = ['binformats', 'flacformats', 'test01_00s_skewframe', '100_3chan'].map((name): Base => {
    const names = readdirSync(folder).filter(
      (file) => file.startsWith(name) || (name.startsWith('test01') && file === 'test01_00s.dat'),
    );
    return { name, files: read(folder, names) };
  });
  const annotated = ['12726.anI', '100.qrs'].map((file): Base => ({
    name: file.split('.')[0],
    files: new Map([[`${file.split('.')[0]}.atr`, new Uint8Array(readFileSync(join(folder, file)))]]),
  }));
  const segmented = ['041s/041s', 's00001/s00001-2896-10-09-01-56', 's00001/s00001-2896-10-10-00-31'].map(
    (path): Base => {
      const [within, name] = path.split('/');
      const home = join(folder, 'multi-segment', within);
      return { name, files: read(home, readdirSync(home)) };
    },
  );
  return [...flat, ...annotated, ...segmented];
}

const read = (folder: string, names: readonly string[]): Files =>
  new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));

const numbers =
  '0 1 -1 2 3 7 24 80 212 255 310 508 516 1000 65536 1000000 2147483648 999999999999 9007199254740993 1e12 NaN'.split(
    ' ',
  );
const pieces = [
  'x',
  ':',
  '+',
  '/',
  '(',
  ')',
  '~',
  '-',
  '#',
  ' ',
  '\n',
  '\r\n',
  '../',
  'x1000000',
  ':99999',
  '+24',
  'µ',
];

/** Damages the text of a header: a number, a piece, or a line becomes another, comes twice or goes. */
function damageText(text: string, random: Random): string {
  const lines = text.split('\n');
  const line = random.integer(lines.length);
  switch (random.integer(5)) {
    case 0:
      lines.splice(line, 1);
      break;
    case 1:
      lines.splice(line, 0, ...new Array<string>(1 + random.integer(20)).fill(lines[line]));
      break;
    case 2: {
      const at = random.integer(lines[line].length + 1);
      lines[line] =
        lines[line].slice(0, at) + pieces[random.integer(pieces.length)] + lines[line].slice(at + random.integer(3));
      break;
    }
    default: {
      const found = [...lines[line].matchAll(/[-\d.]+/g)];
      if (found.length === 0) break;
      const { index, 0: old } = found[random.integer(found.length)];
      lines[line] =
        lines[line].slice(0, index) + numbers[random.integer(numbers.length)] + lines[line].slice(index + old.length);
    }
  }
  return lines.join('\n');
}

/** Damages bytes: some change, some go, some come twice, or the end is cut off. */
function damageBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(bytes.length + 1);
  const count = 1 + random.integer(16);
  switch (random.integer(4)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return joined(bytes.subarray(0, at), bytes.subarray(at + count));
    case 2:
      return joined(bytes.subarray(0, at + count), bytes.subarray(at));
    default: {
      const changed = bytes.slice();
      for (let i = 0; i < count; i++) changed[random.integer(changed.length)] = random.integer(256);
      return changed;
    }
  }
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => new Uint8Array(Buffer.concat([a, b]));

function damage(files: Files, random: Random): Map<string, Uint8Array> {
  const damaged = new Map(files);
  const names = [...files.keys()];
  for (let times = 1 + random.integer(3); times > 0; times--) {
    const name = names[random.integer(names.length)];
    const bytes = damaged.get(name) ?? new Uint8Array(0);
    const asText = name.endsWith('.hea') && random.integer(4) > 0;
    const text = asText ? damageText(new TextDecoder().decode(bytes), random) : '';
    damaged.set(name, asText ? new TextEncoder().encode(text) : damageBytes(bytes, random));
  }
  return damaged;
}

/** Reads in one of the ways there are and gives the number of samples. */
async function readSomehow(name: string, files: Map<string, Uint8Array>, random: Random): Promise<number> {
  const place = { source: memorySource(files), name };
  const verify = random.integer(2) === 0;
  const size = (all: readonly ArrayLike<number>[]): number => all.reduce((sum, { length }) => sum + length, 0);
  switch (random.integer(6)) {
    case 0:
      return size((await readRecord(place, { verify })).signal.samples);
    case 1:
      return size((await readChannels(place, { verify })).channels.map(({ samples }) => samples));
    case 2:
      return size(
        (await readChannels(place, { verify, digital: true, from: 1 })).channels.map(({ samples }) => samples),
      );
    case 3:
      return size((await readRecord(place, { verify, from: 3, to: 9, leads: [0] })).signal.samples);
    case 4: {
      const header = parseHeader(new TextDecoder().decode(files.get(`${name}.hea`)), `${name}.hea`);
      const missing = new Uint8Array(0);
      return size(decodeRecord(header, (file) => files.get(file) ?? missing, { verify }).signal.samples);
    }
    default:
      return (await readAnnotations(place, 'atr')).length;
  }
}

/**
 * Samples that files so small may give: one a byte (three in four bytes), 64 times that for gaps and 2²² besides; in FLAC a frame of 9 bytes may
 * be 65,535 samples. Lines of a header may name one file many times.
 */
function mostSamples(files: Files): number {
  const bytes = [...files].reduce((sum, [, { length }]) => sum + length, 0);
  const flac = [...files.keys()].some((name) => name.startsWith('flac'));
  return 2 ** 22 + 20 * 65 * bytes * (flac ? 65_535 / 9 : 1);
}

describe(`${cases} damaged records`, () => {
  const shared = sharedData('wfdb-formats/wfdb-python/sample-data', describe);
  const bases = [...madeRecords(), ...(existsSync(shared.path) ? realRecords(shared.path) : [])];

  test('end in a value or in an error that names the file', async () => {
    const all = createRandom(seed);
    let values = 0;
    let slowest = 0;
    for (let i = 0; i < cases; i++) {
      const random = all.fork(String(i));
      const { name, files } = bases[random.integer(bases.length)];
      const damaged = damage(files, random);
      const start = performance.now();
      try {
        const samples = await readSomehow(name, damaged, random);
        if (samples > mostSamples(damaged)) throw new Error(`${samples} samples of so small files`);
        values++;
      } catch (error) {
        const named = error instanceof WfdbError && error.file !== '' && error.message.startsWith(error.file);
        if (!named) throw new Error(`case ${i} of seed ${seed}, record ${name}: ${String(error)}`, { cause: error });
      }
      slowest = Math.max(slowest, performance.now() - start);
    }
    console.log(
      `${values} of ${cases} damaged records gave a value, the others a WfdbError; the slowest took ${slowest.toFixed(0)} ms.`,
    );
    // Both occur in plenty, or the damage is too small or too great to test anything.
    expect(values / cases).toBeGreaterThan(0.05);
    expect(values / cases).toBeLessThan(0.95);
    expect(slowest).toBeLessThan(10_000);
  }, 3_600_000);
});
