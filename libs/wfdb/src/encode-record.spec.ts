import { mkdtemp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRandom, type Signal } from '@cardio/core';
import {
  bytesFor,
  decodeRecord,
  encodeHeader,
  encodeRecord,
  invalidSample,
  parseHeader,
  readChannels,
  readRecord,
  sampleFormats,
  writeRecord,
} from './index.js';

// Header and bytes made by golden/written.py; golden/other-reader.py has BioSig read them.
interface Written {
  readonly format: number;
  readonly gain: number;
  readonly adc: readonly (readonly (number | null)[])[];
  readonly header: string;
  readonly hex: string;
}
const written = JSON.parse(readFileSync(new URL('../golden/written.json', import.meta.url), 'utf8')) as Written[];

const leads = ['I', 'II', 'V 1'];
const ramp = (...samples: number[][]): Signal => ({
  samples: samples.map((lead) => Float32Array.from(lead)),
  sampleRateHz: 250,
  leads: leads.slice(0, samples.length),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wfdb-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a written record', () => {
  test.each(written.map((record) => [record.format, record.adc.length, record] as const))(
    'in format %d with %d signals has the header and bytes numpy makes, and reads back the same',
    async (format, count, { gain, adc, header, hex }) => {
      const name = `r${format}_${count}`;
      const signal = ramp(...adc.map((lead) => lead.map((value) => (value === null ? NaN : value / gain))));
      const options = { format, gain, info: ['made for a test'], baseTime: '13:05:00.5', baseDate: '23/11/2026' };
      const encoded = encodeRecord(name, signal, options);
      expect(encoded.header).toBe(header);
      expect([...encoded.files.keys()]).toEqual([`${name}.dat`]);
      expect(Buffer.from(encoded.files.get(`${name}.dat`) ?? []).toString('hex')).toBe(hex);

      await writeRecord(join(folder, name), { signal, ...options });
      const { channels } = await readChannels(join(folder, name), { digital: true });
      expect(channels.map(({ samples }) => [...samples])).toEqual(
        adc.map((lead) => lead.map((value) => value ?? invalidSample)),
      );
      expect((await readRecord(join(folder, name))).signal).toEqual(signal);
    },
  );

  test.each([...sampleFormats].filter(([, { encode }]) => encode))(
    'in format %d packs any values so that they unpack the same, at any length',
    (code, format) => {
      const random = createRandom(code);
      const most = 2 ** (format.bits - 1) - 1;
      for (let length = 0; length < 50; length++) {
        const values = Int32Array.from(
          { length },
          () => random.shuffle([most, -most - 1, random.integer(most) - random.integer(most)])[0],
        );
        const bytes = format.encode?.(values) ?? new Uint8Array();
        expect(bytes.length).toBeGreaterThanOrEqual(bytesFor(format, length));
        const back = new Int32Array(length);
        format.unpack(bytes, 0, length, back);
        expect(back).toEqual(values);
      }
    },
  );

  test.each([16, 24, 32, 61, 80, 160, 212, 310, 311])(
    'in format %d with gain `range` is within half an ADC unit of any signal',
    (format) => {
      const random = createRandom(format);
      const codes = sampleFormats.get(format)?.bits ?? 0;
      for (const [offset, size] of [
        [0, 1],
        [0.9, 0.01],
        [-300, 5],
        [0, 1e-6],
        [1e6, 1],
        [7, 0],
        [0, 0],
      ]) {
        const signal = ramp(...leads.map(() => Array.from({ length: 101 }, () => offset + size * random.normal())));
        signal.samples[1][50] = NaN;
        signal.samples[2].fill(NaN);
        const { header: text, files } = encodeRecord('r', signal, { format, gain: 'range' });
        const header = parseHeader(text, 'r.hea');
        const back = decodeRecord(header, (file) => files.get(file) ?? new Uint8Array()).signal;
        back.samples.forEach((lead, i) => {
          const { gain, baseline } = header.signals[i];
          // Float32 numbers are this far apart near a lead's largest.
          const apart = 2 ** -23 * Math.max(...signal.samples[i].filter((mv) => !Number.isNaN(mv)).map(Math.abs), 0);
          lead.forEach((mv, at) => {
            const expected = signal.samples[i][at];
            if (Number.isNaN(expected)) expect(mv).toBeNaN();
            else expect(Math.abs(mv - expected)).toBeLessThanOrEqual(0.5 / gain + apart);
          });
          expect(Number.isInteger(baseline) && Math.abs(baseline) < 2 ** 31).toBe(true);
          // All of the format is used, as far as a baseline of 32 bits allows it.
          if (i < 2 && size > 0 && Math.abs(offset) / size < 100 && codes < 24) {
            const range = Math.max(...lead.filter((mv) => mv === mv)) - Math.min(...lead.filter((mv) => mv === mv));
            expect((range * gain) / 2 ** codes).toBeGreaterThan(1 - 6 / 2 ** codes);
          }
        });
      }
    },
  );

  test('gives each lead its own scale, unit, format and file, and reads back the same', async () => {
    const signal = ramp([0, 0.5, -1, NaN], [1, -2, 0.25, 0], [90, 120, 80, 95]);
    await writeRecord(join(folder, 'own'), {
      signal: { ...signal, leads: ['I', 'V 1', 'ABP'] },
      format: [16, 212, 212],
      gain: [0.5, 400, 10],
      baseline: [-7, 100, -1000],
      units: ['uV', 'mV', 'mmHg'],
      files: ['own_a.dat', 'own_b.dat', 'own_b.dat'],
      info: ['Age: 63', 'Sex: F', '# a comment in a comment'],
    });
    expect((await readFile(join(folder, 'own.hea'), 'utf8')).split('\n')).toEqual([
      'own 3 250 4',
      'own_a.dat 16 0.5(-7)/uV 16 0 -7 32497 0 I',
      'own_b.dat 212 400(100)/mV 12 0 500 100 0 V 1',
      'own_b.dat 212 10(-1000)/mmHg 12 0 -100 65386 0 ABP',
      '# Age: 63',
      '# Sex: F',
      '# # a comment in a comment',
      '',
    ]);
    const back = await readRecord(join(folder, 'own'));
    expect(back.signal).toEqual({ ...signal, leads: ['I', 'V 1', 'ABP'] });
    expect(back.header.info).toEqual(['Age: 63', 'Sex: F', '# a comment in a comment']);
  });

  test('of no samples or no leads is a record too', () => {
    expect(encodeRecord('r', ramp([], [])).header).toBe(
      'r 2 250 0\nr.dat 16 1000(0)/mV 16 0 0 0 0 I\nr.dat 16 1000(0)/mV 16 0 0 0 0 II\n',
    );
    expect(encodeRecord('r', ramp())).toEqual({ header: 'r 0 250 0\n', files: new Map() });
  });

  test('appears whole or not at all', async () => {
    const inside = join(folder, 'whole');
    await mkdir(join(inside, 'r.hea'), { recursive: true }); // where the header can't be put
    await expect(writeRecord(join(inside, 'r'), { signal: ramp([1]) })).rejects.toThrow();
    expect((await readdir(inside)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await expect(writeRecord(join(inside, 'loud'), { signal: ramp([1e6]) })).rejects.toThrow('Lower `gain`');
    expect(await readdir(inside)).not.toContain('loud.dat');
  });

  test('is not clipped: a sample that does not fit is an error', () => {
    const loud = ramp([0, 40]);
    expect(() => encodeRecord('r', loud)).toThrow(
      'lead `I` of r.hea: sample 1, 40 mV, is 40000 ADC units at gain 1000; the format holds -32767 to 32767. Lower `gain`, or let `range` choose it.',
    );
    expect(() => encodeRecord('r', ramp([0, Infinity]))).toThrow('sample 1, Infinity mV');
    expect(encodeRecord('r', loud, { gain: 800 }).files.get('r.dat')).toHaveLength(4);
  });

  test.each<[string, Signal, Parameters<typeof encodeRecord>[2], string]>([
    ['a/b', ramp([1]), {}, 'a/b.hea: the record name must be letters, digits and underscores, got `a/b`.'],
    ['r', { ...ramp([1], [2]), leads: ['I'] }, {}, 'r.hea: 1 lead names for 2 signals'],
    ['r', ramp([1], [2, 3]), {}, 'signals of different lengths'],
    ['r', { ...ramp([1]), leads: ['I\nII'] }, {}, 'the lead name must be one line without blanks at its ends'],
    ['r', { ...ramp([1]), sampleRateHz: 0 }, {}, 'the sampling frequency must be above 0 Hz, got 0'],
    ['r', ramp([1], [2]), { gain: [1] }, '`gain` has 1 values for 2 leads'],
    ['r', ramp([1]), { gain: 0 }, 'gain 0 with baseline 0: take a gain above 0'],
    ['r', ramp([1]), { baseline: 0.5 }, 'gain 1000 with baseline 0.5'],
    ['r', ramp([1]), { gain: 'range', baseline: 0 }, 'chooses the baseline too; leave out `baseline`'],
    [
      'r',
      ramp([1]),
      { format: 17 },
      "format 17 can't be written; known are 8, 16, 24, 32, 61, 80, 160, 212, 310, 311.",
    ],
    ['r', ramp([1]), { units: 'mm Hg' }, 'the unit must be one word'],
    ['r', ramp([1]), { files: ['../x.dat'] }, 'the file name must be a plain name without folders'],
    ['r', ramp([1]), { files: ['r.hea'] }, "`r.hea` can't be its file of samples"],
    [
      'r',
      ramp([1], [2]),
      { format: [16, 212] },
      "`r.dat` can't be its file of samples: it is the header, or it has two",
    ],
    ['r', ramp([1]), { baseDate: '23/11/2026' }, 'a start date (23/11/2026) needs a start time'],
    ['r', ramp([1]), { baseTime: 'noon' }, 'the start time must be such as `13:05:00.5`, got `noon`'],
    ['r', ramp([1]), { info: ['two\nlines'] }, 'the info string must be one line'],
    [
      'r',
      ramp([0, 1]),
      { format: 8 },
      'lead `I` steps by 1000 ADC units to sample 1; format 8 holds steps of -128 to 127',
    ],
    ['r', ramp([0, NaN]), { format: 8 }, "sample 1 is NaN, which a format of differences can't mark"],
  ])('of %s with %j is refused with %j', (name, signal, options, message) => {
    expect(() => encodeRecord(name, signal, options)).toThrow(message);
  });
});

describe('a written header', () => {
  test('has every field that is read', () => {
    const text = [
      'r 2 360 650000 0:00:00 1/1/1999',
      'a.mat 16x2:3+24 74.36482269503546(-5)/mV 16 1 -5 1667 512 ecg, lead one',
      'r.dat 212 1e-7(0)/V 11 1024 995 0 0 ',
      '# info',
      '',
    ].join('\n');
    expect(encodeHeader(parseHeader(text, 'r.hea'))).toBe(text);
  });
});
