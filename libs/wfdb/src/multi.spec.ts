import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { invalidSample, memorySource, readChannels, readRecord, type Source } from './index.js';
import { sharedData } from './shared-data.js';

/** A record in memory: texts of headers, and samples of format 16. */
function files(contents: Record<string, string | number[]>): Source {
  const bytes = (content: string | number[]): Uint8Array =>
    typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(Int16Array.from(content).buffer);
  return memorySource(new Map(Object.entries(contents).map(([name, content]) => [name, bytes(content)])));
}

describe('signals of different rates', () => {
  // Frames of one sample of I, three of II.
  const source = files({
    'r.hea': 'r 2 100 3\nr.dat 16 10 16 0 1 6 0 I\nr.dat 16x3 10 16 0 10 -32495 0 II',
    'r.dat': [1, 10, 20, 31, 2, -10, -20, -31, 3, 40, -32768, 41],
  });

  test('come at the rate of frames, as means, with no mean where a sample is not valid', async () => {
    const { signal } = await readRecord({ source, name: 'r' }, { verify: false });
    expect(signal.sampleRateHz).toBe(100);
    const ii = [61 / 30, -61 / 30, NaN].map(Math.fround);
    expect(signal.samples.map((lead) => [...lead])).toEqual([[0.1, 0.2, 0.3].map(Math.fround), ii]);
    const digital = await readChannels({ source, name: 'r' }, { digital: true, resolution: 'frame', verify: false });
    expect([...digital.channels[1].samples]).toEqual([20, -20, invalidSample]);
  });

  test('come each at its own rate', async () => {
    const { channels } = await readChannels({ source, name: 'r' }, { digital: true, verify: false, from: 1 });
    expect(channels.map(({ lead, sampleRateHz, samples }) => [lead, sampleRateHz, [...samples]])).toEqual([
      ['I', 100, [2, 3]],
      ['II', 300, [-10, -20, -31, 40, invalidSample, 41]],
    ]);
  });

  test('do not make one signal at full resolution, but one of them does', async () => {
    const place = { source, name: 'r' };
    await expect(readRecord(place, { resolution: 'full', verify: false })).rejects.toThrow(
      'r.hea: the leads have different rates: I 100 Hz, II 300 Hz. Choose `leads` of one rate or use `readChannels`.',
    );
    const { signal } = await readRecord(place, { resolution: 'full', leads: ['II'], verify: false });
    expect([signal.sampleRateHz, signal.samples[0].length]).toEqual([300, 9]);
  });
});

describe('a skewed signal', () => {
  const source = files({
    'r.hea': 'r 2 100 4\nr.dat 16 1 16 0 1 10 0 I\nr.dat 16:2 1 16 0 5 26 0 II',
    'r.dat': [1, 5, 2, 6, 3, 7, 4, 8],
  });

  test('is moved back and has no samples at its end; the checksum is of all of it', async () => {
    const { signal } = await readRecord({ source, name: 'r' });
    expect(signal.samples.map((lead) => [...lead])).toEqual([
      [1, 2, 3, 4],
      [7, 8, NaN, NaN],
    ]);
  });

  test.each([
    [0, 1, [[1], [7]]],
    [
      1,
      3,
      [
        [2, 3],
        [8, NaN],
      ],
    ],
    [3, 4, [[4], [NaN]]],
  ])('is moved in samples %d to %d too', async (from, to, expected) => {
    const { signal } = await readRecord({ source, name: 'r' }, { from, to });
    expect(signal.samples.map((lead) => [...lead])).toEqual(expected);
  });
});

describe('a record of segments', () => {
  const variable = {
    'r.hea': 'r/5 3 100 9\nlayout 0\n~ 2\na 3\n~ 1\nb 3',
    'layout.hea': 'layout 3 100 0\n~ 0 10 16 0 0 0 0 I\n~ 0 10 16 0 0 0 0 II\n~ 0 1/mmHg 16 0 0 0 0 ABP',
    'a.hea': 'a 2 100 3\na.dat 16 10 16 0 1 9 0 II\na.dat 16 10 16 0 2 12 0 I',
    'a.dat': [1, 2, 3, 4, 5, 6],
    'b.hea': 'b 1 100 3\nb.dat 16 20 16 0 20 120 0 I',
    'b.dat': [20, 40, 60],
  };
  const place = { source: files(variable), name: 'r' };
  const rows = async (options: object): Promise<number[][]> =>
    (await readRecord(place, options)).signal.samples.map((lead) => [...lead].map((mv) => Math.round(mv * 1e6) / 1e6));

  test('of different signals is put together by name, each with its own gain; what is nowhere is NaN', async () => {
    expect(await rows({})).toEqual([
      [NaN, NaN, 0.2, 0.4, 0.6, NaN, 1, 2, 3],
      [NaN, NaN, 0.1, 0.3, 0.5, NaN, NaN, NaN, NaN],
      new Array(9).fill(NaN),
    ]);
  });

  test.each([
    [0, 2],
    [1, 4],
    [4, 7],
    [7, 9],
    [3, 3],
  ])('gives samples %d to %d as that part of the whole', async (from, to) => {
    const whole = await rows({});
    expect(await rows({ from, to })).toEqual(whole.map((lead) => lead.slice(from, to)));
    expect(await rows({ from, to, leads: ['ABP', 'I'] })).toEqual(
      [whole[2], whole[0]].map((lead) => lead.slice(from, to)),
    );
  });

  test('reads only the segments it needs', async () => {
    const names: string[] = [];
    const watched: Source = {
      ...place.source,
      read: (name, ...range) => (names.push(name), place.source.read(name, ...range)),
    };
    await readRecord({ source: watched, name: 'r' }, { from: 6, to: 8 });
    expect(names).toEqual(['r.hea', 'layout.hea', 'b.hea', 'b.dat']);
  });

  test('has ADC values only where the gain stays the same', async () => {
    const { channels } = await readChannels(place, { digital: true, leads: ['II'] });
    expect([...channels[0].samples]).toEqual([
      ...[0, 0].fill(invalidSample),
      1,
      3,
      5,
      ...[0, 0, 0, 0].fill(invalidSample),
    ]);
    await expect(readChannels(place, { digital: true })).rejects.toThrow(
      'b.hea: lead `I` has gain 20(0) here and 10(0) elsewhere in the record. Read physical values.',
    );
  });

  test.each([
    [{ 'r.hea': 'r/5 3 100 8\nlayout 0\n~ 2\na 3\n~ 1\nb 3' }, 'r.hea: the record has 8 samples, its segments have 9.'],
    [{ 'b.hea': 'b 1 100 4\nb.dat 16 20 16 0 20 120 0 I' }, 'b.hea: the segment has 4 samples, its record says 3.'],
    [{ 'b.hea': 'b 1 200 3\nb.dat 16 20 16 0 20 120 0 I' }, 'b.hea: the segment has 200 Hz, its record 100 Hz.'],
    [{ 'b.dat': [20, 40] }, 'b.dat: the file is truncated: it has 2 samples, its segment `b` has 3.'],
    [{ 'b.hea': 'b/1 1 100 3\na 3' }, 'b.hea: a segment can not have segments.'],
    [{ 'b.hea': 'b 1 100 3\n../b.dat 16 20 16 0 20 120 0 I' }, '../b.dat: there is no such file.'],
    [{ 'a.dat': [1, 2, 3, 4, 5, 7] }, 'a.dat: the samples of signal `I` have checksum 13, the header says 12'],
    [
      { 'r.hea': 'r/3 3 100\nlayout 0\n~ 999999999999\na 3' },
      'r.hea: 3000000000000 samples of the record are gaps, too many to fill without being asked to. Read it in parts, with `from` and `to`.',
    ],
  ])('that contradicts itself is refused: %j', async (change, message) => {
    const source = files({ ...variable, ...(change as Record<string, string | number[]>) });
    await expect(readRecord({ source, name: 'r' })).rejects.toThrow(message);
  });
});

const shared = sharedData('wfdb-formats/wfdb-python/sample-data/multi-segment', describe);
shared.describe('records of segments from PhysioNet', () => {
  test('041s: ECG leads at 500 Hz beside pressures at 125 Hz', async () => {
    const place = join(shared.path, '041s/041s');
    const { channels } = await readChannels(place);
    expect(channels.map(({ lead, sampleRateHz, units }) => `${lead} ${sampleRateHz} ${units}`)).toEqual([
      'III 500 mV',
      'I 500 mV',
      'V 500 mV',
      'ABP 125 mmHg',
      'PAP 125 mmHg',
      'PLETH 125 mV',
      'RESP 125 mV',
    ]);
    const { signal } = await readRecord(place, { leads: ['I', 'III'], resolution: 'full' });
    expect([signal.sampleRateHz, signal.samples[0].length]).toEqual([500, 8000]);
    expect((await readRecord(place)).signal.samples.map((lead) => lead.length)).toEqual(new Array(7).fill(2000));
  });

  test('s00001: a record that is one gap', async () => {
    const { signal } = await readRecord(join(shared.path, 's00001/s00001-2896-10-09-01-56'));
    expect(signal.leads).toEqual(['II', 'V', 'MCL1', 'ABP']);
    expect(signal.samples.every((lead) => lead.length === 7500 && lead.every(Number.isNaN))).toBe(true);
  });

  test('p000878: a hole where files are absent does not hinder reading before it', async () => {
    const place = join(shared.path, 'p000878/p000878-2137-10-26-16-57');
    const { signal } = await readRecord(place, { from: 0, to: 7500 });
    // A gap of 3750, then 2000 with PLETH only, then 1750 with both.
    const first = signal.samples.map((lead) => lead.findIndex((value) => !Number.isNaN(value)));
    expect(signal.leads).toEqual(['PLETH', 'II', 'V', 'ABP']);
    expect([first[0] >= 3750, first[1] >= 5750, first[2], first[3]]).toEqual([true, true, -1, -1]);
    await expect(readRecord(place, { from: 0, to: 7501 })).rejects.toMatchObject({ code: 'not-found' });
  });
});
