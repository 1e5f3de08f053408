import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { detectRPeaks, matchBeats, rPeakDetectors } from '@cardio/signal';
import { readAnnotations, readRecord } from '@cardio/wfdb';
import { beatsOf } from './aami.js';

const real = fileURLToPath(new URL('../../../../shared/data/mitdb/mit-bih-arrhythmia-database-1.0.0', import.meta.url));
if (!existsSync(real)) console.warn(`Skipped: the tests of R peaks need ${real}, which is absent.`);
const records = ['100', '102', '114', '119', '208', '232'];
const minutes = 8; // of each record, for the test's own time; `npm run bench:rpeaks` takes all of all records

const read = async (name: string) => {
  const { signal } = await readRecord(`${real}/${name}`, { to: minutes * 60 * 360 });
  const end = signal.samples[0].length;
  const beats = beatsOf(await readAnnotations(`${real}/${name}`, 'atr')).map(({ sample }) => sample);
  const first = signal.leads.includes('MLII') ? 'MLII' : signal.leads[0];
  return { signal, beats: beats.filter((at) => at < end), samples: signal.samples[signal.leads.indexOf(first)] };
};

(existsSync(real) ? describe : describe.skip)('R peaks of MIT-BIH', () => {
  test.each(Object.entries(rPeakDetectors))(
    'by %s: sensitivity and positive predictivity are at least 99.5 % within 150 ms, from the first beat on',
    async (_, detect) => {
      let [found, beats, paired] = [0, 0, 0];
      for (const name of records) {
        const { samples, beats: reference } = await read(name);
        const detected = detect(samples, 360);
        const { pairs } = matchBeats(reference, detected, 54);
        [found, beats, paired] = [found + detected.length, beats + reference.length, paired + pairs.length];
      }
      expect(beats).toBeGreaterThan(3000);
      expect(paired / beats).toBeGreaterThanOrEqual(0.995);
      expect(paired / found).toBeGreaterThanOrEqual(0.995);
    },
  );

  test('in record 100 are all there, each within 20 ms of its mark, half of them on it', async () => {
    const { signal, beats } = await read('100');
    const { samples, lead } = detectRPeaks(signal);
    const { pairs, missed, extra } = matchBeats(beats, samples, 54);
    expect([lead, pairs.length, missed, extra]).toEqual(['MLII', beats.length, [], []]);
    const distances = pairs.map(([a, b]) => Math.abs(a - b)).sort((a, b) => a - b);
    expect(distances[distances.length >> 1]).toBe(0);
    expect(distances[distances.length - 1]).toBeLessThanOrEqual(7);
  });

  test('of 114 come from the lead with less noise', async () => {
    const { signal } = await read('114');
    expect(signal.leads[0]).toBe('V5');
    expect(detectRPeaks(signal).lead).toBe('MLII');
  });
});
