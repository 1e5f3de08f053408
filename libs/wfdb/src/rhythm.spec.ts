import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAnnotations, readHeader, rhythmDescriptions, rhythmSpans, type Annotation } from './index.js';
import { sharedData } from './shared-data.js';

// Made by golden/wfdb.py, a decoder of its own.
const golden = JSON.parse(readFileSync(new URL('../golden/wfdb.json', import.meta.url), 'utf8')) as {
  records: Record<string, { rhythms: Record<string, [episodes: number, samples: number]> }>;
};

const at = (sample: number, aux: string, symbol = '+'): Annotation => ({
  sample,
  symbol,
  aux,
  subtype: 0,
  channel: 0,
  number: 0,
});

const mitdb = sharedData('mitdb/mit-bih-arrhythmia-database-1.0.0', describe);
const icentia = sharedData('icentia11k/p00/p00000', describe);

describe('rhythm spans', () => {
  test('last until the next rhythm or the end, and ignore other annotations', () => {
    const annotations = [
      at(0, '', 'N'),
      at(5, '(N'),
      at(9, '(B', 'N'),
      at(9, 'MISSB', '"'),
      at(9, 'note'),
      at(20, '(AFIB'),
    ];
    expect(rhythmSpans(annotations, 100)).toEqual([
      { from: 5, to: 20, rhythm: 'N' },
      { from: 20, to: 100, rhythm: 'AFIB' },
    ]);
    expect(rhythmSpans(annotations, 12)).toEqual([{ from: 5, to: 12, rhythm: 'N' }]);
    expect(rhythmSpans([], 12)).toEqual([]);
  });

  test('end at a parenthesis, after one beat where it stands in the same text, and are left out where they have no length', () => {
    const annotations = [
      at(5, '(AFL'),
      at(9, ')'),
      at(12, '(N)'),
      at(12, '', 'N'),
      at(15, '', 'N'),
      at(20, '(N'),
      at(20, '(VT'),
    ];
    expect(rhythmSpans(annotations, 30)).toEqual([
      { from: 5, to: 9, rhythm: 'AFL' },
      { from: 12, to: 15, rhythm: 'N' },
      { from: 20, to: 30, rhythm: 'VT' },
    ]);
  });

  test('need the order of time and a length', () => {
    expect(() => rhythmSpans([at(5, '(N'), at(4, '(B')], 9)).toThrow('sample 4 stands after sample 5');
    expect(() => rhythmSpans([], NaN)).toThrow("the record's length is NaN");
  });
});

mitdb.describe('the rhythms of MIT-BIH', () => {
  test.each(Object.entries(golden.records))(
    'in %s are as often and as long as numpy finds',
    async (name, { rhythms }) => {
      const { length = 0 } = await readHeader(join(mitdb.path, name));
      const found: Record<string, [number, number]> = {};
      for (const { from, to, rhythm } of rhythmSpans(await readAnnotations(join(mitdb.path, name), 'atr'), length)) {
        expect(rhythmDescriptions[rhythm]).toBeDefined();
        const [episodes, samples] = found[rhythm] ?? [0, 0];
        found[rhythm] = [episodes + 1, samples + to - from];
      }
      expect(found).toEqual(rhythms);
    },
  );
});

icentia.describe('the rhythms of an Icentia11k segment', () => {
  test('are its 19 spans', async () => {
    const spans = rhythmSpans(await readAnnotations(join(icentia.path, 'p00000_s00'), 'atr'), 1_048_577);
    expect(spans).toHaveLength(19);
    expect(new Set(spans.map(({ rhythm }) => rhythm))).toEqual(new Set(['N']));
    spans.slice(1).forEach(({ from }, i) => expect(from).toBeGreaterThanOrEqual(spans[i].to));
  });
});
