import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { readAnnotations, type Annotation } from '@cardio/wfdb';
import { frameClass, icentiaTasks, segmentLabels, type IcentiaTask } from './icentia-labels.js';

const note = (sample: number, symbol: string, aux = symbol === '+' ? '' : 'None'): Annotation => ({
  ...{ sample, symbol, aux },
  ...{ subtype: 0, channel: 0, number: 0 },
});
/** Beats at 100, 200, … with these symbols. */
const beats = (symbols: string): Annotation[] => [...symbols].map((symbol, i) => note(100 * (i + 1), symbol));
const classOf = (task: IcentiaTask, annotations: readonly Annotation[], from = 0, to = 2048): string | undefined => {
  const k = frameClass(task, segmentLabels(annotations, 100_000), from, to);
  return k === undefined ? undefined : icentiaTasks[task][k];
};

describe('the beat class of a frame', () => {
  test.each([
    ['NNNNN', 'normal'],
    ['NNNNS', 'pac'],
    ['NVNNSS', 'pac'],
    ['NVVNS', 'pvc'],
    ['NSVNN', 'pac'], // as many of both: the first in the order PAC, aberrated, PVC
    ['NNQQ', 'undefined'], // as many complete ones of both: undefined first
    ['NNNQQ', 'undefined'],
    ['NNNNQ', 'normal'],
    ['VNNN', 'normal'], // the first beat began before the frame
    ['', 'undefined'],
    ['Naa', undefined],
  ])('of beats %s is %s', (symbols, expected) => expect(classOf('beat', beats(symbols))).toBe(expected));

  test('counts beats that end in the frame, at its end too', () => {
    expect(classOf('beat', beats('NNNV'), 100, 400)).toBe('pvc');
    expect(classOf('beat', beats('NNNV'), 100, 399)).toBe('normal');
    expect(classOf('beat', beats('NVNN'), 200, 1000)).toBe('normal');
  });
});

describe('the rhythm class of a frame', () => {
  const rhythm = (...spans: [from: number, to: number, rhythm: string][]): Annotation[] =>
    spans.flatMap(([from, to, name]) => [note(from, '+', `(${name}`), note(to, '+', ')')]);
  test.each([
    ['normal throughout', rhythm([0, 5000, 'N']), 'normal'],
    ['a little fibrillation', rhythm([0, 2000, 'N'], [2000, 2040, 'AFIB']), 'afib'],
    ['more flutter than fibrillation', rhythm([0, 800, 'AFIB'], [900, 2040, 'AFL']), 'aflutter'],
    ['as much of both', rhythm([0, 500, 'AFL'], [900, 1400, 'AFIB']), 'afib'],
    ['less than half normal', rhythm([0, 1000, 'N']), 'none'],
    ['half normal', rhythm([0, 1024, 'N']), 'none'],
    ['more than half normal', rhythm([0, 1025, 'N']), 'normal'],
    ['fibrillation elsewhere', rhythm([0, 2048, 'N'], [2048, 9000, 'AFIB']), 'normal'],
    ['nothing', [], 'none'],
    ['one beat in fibrillation', [note(100, 'N'), note(100, '+', '(AFIB)'), note(300, 'N')], 'afib'],
  ])('with %s', (_, annotations, expected) => expect(classOf('rhythm', annotations)).toBe(expected));
});

describe('the heart rate class of a frame', () => {
  const every = (samples: number): Annotation[] => Array.from({ length: 20 }, (_, i) => note(samples * (i + 1), 'N'));
  test.each([
    [251, 'bradycardia'],
    [250, 'normal'],
    [150, 'normal'],
    [149, 'tachycardia'],
    [1000, 'noise'], // one complete beat
  ])('with a beat every %d samples is %s', (samples, expected) =>
    expect(classOf('heart-rate', every(samples))).toBe(expected),
  );
});

const real = fileURLToPath(new URL('../../../../shared/data/icentia11k', import.meta.url));
if (!existsSync(real)) console.warn(`${real} is absent: labels are not checked on the real segment.`);
(existsSync(real) ? describe : describe.skip)('the real segment', () => {
  const length = 1_048_577;
  const read = () => readAnnotations(join(real, 'p00/p00000/p00000_s00'), 'atr');

  test('has the counts of the database', async () => {
    const annotations = await read();
    const { symbols, rhythms } = segmentLabels(annotations, length);
    const count = (wanted: string) => symbols.filter((symbol) => symbol === wanted).length;
    expect([count('N'), count('Q'), count('S'), count('V'), symbols.length]).toEqual([6641, 244, 0, 0, 6885]);
    expect(rhythms).toHaveLength(19);
    expect(new Set(annotations.filter(({ symbol }) => symbol !== '+').map(({ aux }) => aux))).toEqual(
      new Set(['None']),
    );
  });

  test('gets the classes that counting sample by sample gives', async () => {
    const annotations = await read();
    const labels = segmentLabels(annotations, length);
    const inRhythm = new Uint8Array(length);
    let on = 0;
    let last = 0;
    for (const { sample, symbol, aux } of annotations) {
      if (symbol !== '+') continue;
      if (on) inRhythm.fill(1, last, sample);
      [on, last] = [aux === '(N' ? 1 : 0, sample];
    }
    const found = { beat: {}, rhythm: {} } as Record<'beat' | 'rhythm', Record<string, number>>;
    for (let from = 0; from + 2048 <= length; from += 2048) {
      const own = annotations.filter((a) => a.symbol !== '+' && a.sample >= from && a.sample <= from + 2048).slice(1);
      const q = own.filter(({ symbol }) => symbol === 'Q').length;
      const normal = inRhythm.subarray(from, from + 2048).reduce((sum, one) => sum + one, 0);
      const expected = {
        beat: q >= own.length - q ? 'undefined' : 'normal',
        rhythm: normal > 1024 ? 'normal' : 'none',
      };
      for (const task of ['beat', 'rhythm'] as const) {
        const k = frameClass(task, labels, from, from + 2048) ?? -1;
        expect([from, icentiaTasks[task][k]]).toEqual([from, expected[task]]);
        found[task][expected[task]] = (found[task][expected[task]] ?? 0) + 1;
      }
    }
    expect(found.beat['normal'] + found.beat['undefined']).toBe(512);
  });
});
