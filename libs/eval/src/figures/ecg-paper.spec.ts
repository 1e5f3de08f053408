import { describe, expect, test } from '@jest/globals';
import { createRandom, type Signal } from '@cardio/core';
import { ecgPaper } from './index.js';

const leads12 = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const sampleRateHz = 500;

/** Leads of `seconds`, each sample by a function of time and lead. */
const made = (at: (seconds: number, lead: number) => number, leads = leads12, seconds = 10): Signal => ({
  samples: leads.map((_, k) =>
    Float32Array.from({ length: seconds * sampleRateHz }, (_, i) => at(i / sampleRateHz, k)),
  ),
  sampleRateHz,
  leads,
});

/** The points of each path of a trace, in mm. */
function traces(svg: string): [x: number, y: number][][] {
  return [...svg.matchAll(/<path d="(M[-\d ]+l[-\d Ml]*)"\/>/g)].map(([, path]) => {
    let [x, y] = [0, 0];
    return [...path.matchAll(/([Ml])([^Ml]+)/g)].flatMap(([, command, numbers]) => {
      const values = numbers.match(/-?\d+/g)?.map(Number) ?? [];
      return Array.from({ length: values.length / 2 }, (_, i): [number, number] => {
        const [dx, dy] = [values[2 * i], values[2 * i + 1]];
        [x, y] = command === 'M' ? [dx, dy] : [x + dx, y + dy];
        return [x / 10, y / 10];
      });
    });
  });
}

const level = (millivolts: number): Signal => made(() => millivolts);
const texts = (svg: string): string[] => [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, content]) => content);

describe('a sheet of ECG paper', () => {
  test('has its true size: 10 mm for 1 mV, 25 mm for 1 s', () => {
    const zero = traces(ecgPaper(level(0)));
    const one = traces(ecgPaper(level(1)));
    one.forEach((path, i) => expect(zero[i][0][1] - path[0][1]).toBe(10));
    const rhythm = one[12];
    expect(rhythm[rhythm.length - 1][0] - rhythm[0][0]).toBeCloseTo(250, 0); // to the last sample, 2 ms before 10 s
    const svg = ecgPaper(level(0));
    const [, width, height, right, bottom] =
      /width="(\d+)mm" height="(\d+)mm" viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    expect([Number(right), Number(bottom)]).toEqual([10 * Number(width), 10 * Number(height)]);
  });

  test('follows another scale', () => {
    const [path] = traces(ecgPaper(level(1), { columns: 1, millimetresPerSecond: 50, millimetresPerMillivolt: 20 }));
    const [zero] = traces(ecgPaper(level(0), { columns: 1, millimetresPerSecond: 50 }));
    expect(zero[0][1] - path[0][1]).toBe(20);
    expect(path[path.length - 1][0] - path[0][0]).toBeCloseTo(500, 0);
  });

  test('shows each quarter of the time in a column, I to III in the first', () => {
    const svg = ecgPaper(made((t) => Math.floor(t / 2.5)));
    const paths = traces(svg);
    expect(paths).toHaveLength(13);
    expect(texts(svg).slice(0, 13)).toEqual([...leads12, 'II']);
    const baseline = traces(ecgPaper(level(0)));
    paths.slice(0, 12).forEach((path, k) => {
      expect(path[0][0]).toBe(15 + 62.5 * Math.floor(k / 3));
      expect(baseline[k][0][1] - path[0][1]).toBe(10 * Math.floor(k / 3));
      expect(path[0][1]).toBe(25 + 30 * (k % 3) - 10 * Math.floor(k / 3));
    });
  });

  test.each([
    [{ columns: 2 as const }, 13, [5, 10]],
    [{ columns: 1 as const }, 12, [10, 10]],
    [{ leads: ['V1', 'II'] }, 2, [10, 10]],
  ])('with %j has %d strips', (options, count, [seconds, last]) => {
    const paths = traces(ecgPaper(level(0), options));
    expect(paths).toHaveLength(count);
    const lengthOf = (path: [number, number][]): number => (path[path.length - 1][0] - path[0][0]) / 25;
    expect(lengthOf(paths[0])).toBeCloseTo(seconds, 1);
    expect(lengthOf(paths[count - 1])).toBeCloseTo(last, 1);
  });

  test('draws a calibration pulse of 1 mV and 0.2 s before each row', () => {
    expect(ecgPaper(level(0)).match(/v-100h50v100/g)).toHaveLength(4);
  });

  test('has a line every millimetre, a thick one every five', () => {
    const [fine, coarse] = [...ecgPaper(level(0)).matchAll(/<path d="(M0 0V[^"]+)"/g)].map(([, path]) => path);
    expect(fine).toContain('M10 0V');
    expect(coarse.startsWith('M0 0V')).toBe(true);
    expect(coarse).toContain('M50 0V');
    expect(coarse).not.toContain('M10 0V');
  });

  test('passes every sample within the tolerance and keeps each peak, in noise too', () => {
    const random = createRandom(3);
    const signal = made(() => 0.3 * random.normal(), ['II'], 1);
    const [path] = traces(ecgPaper(signal));
    const [first] = path[0];
    for (let i = 0; i < signal.samples[0].length; i++) {
      const point = [first + i * 0.05, 25 - 10 * signal.samples[0][i]] as const;
      const nearest = Math.min(...path.slice(1).map((end, k) => distance(point, path[k], end)));
      expect(nearest).toBeLessThanOrEqual(0.1 + 0.0708 + 1e-6); // the tolerance, and half a tenth by rounding in x and y
    }
  });

  test('needs less than 60 kB for 10 s of 12 leads with noise', () => {
    const random = createRandom(4);
    const signal = made(
      (t, k) => 1.2 * Math.exp(-(((t % 0.8) - 0.4) ** 2) / 2e-4) * Math.cos(k) + 0.015 * random.normal(),
    );
    expect(ecgPaper(signal).length).toBeLessThan(60_000);
  });

  test('breaks the line where samples are missing', () => {
    const signal = made((t) => (t > 1 && t < 2 ? NaN : 0), ['II'], 4);
    signal.samples[0][750] = 0.5; // one sample alone in the gap is a dot
    const svg = ecgPaper(signal);
    expect(/<path d="(M150 [^"]*)"/.exec(svg)?.[1].match(/M[-\d]+ [-\d]+l/g)).toEqual([
      'M150 250l',
      'M525 200l',
      'M650 250l',
    ]);
    expect(svg).not.toContain('NaN');
  });

  test('marks beats where they are', () => {
    const svg = ecgPaper(level(0), {
      marks: [
        { sample: 500, text: 'V' },
        { sample: 6000, text: 'late' },
      ],
    });
    expect(svg).toContain('<path d="M400 1000v20"'); // 15 mm + 1 s
    expect(texts(svg)).toContain('V');
    expect(texts(svg)).not.toContain('late');
  });

  test('shows an overlay as colour where it is, by sign and size', () => {
    const overlay = level(0).samples.map((lead, k) =>
      lead.map((_, i) => (k === 1 && i >= 500 && i < 600 ? (i < 550 ? 2 : -1) : 0)),
    );
    const svg = ecgPaper(level(0), { columns: 1, overlay });
    const boxes = [...svg.matchAll(/<path d="([^"]+)" fill="(#\w+)" fill-opacity="([\d.]+)"/g)].map((match) =>
      match.slice(1),
    );
    expect(boxes).toEqual([
      ['M400 300h25v200h-25z', '#d62728', '0.600'],
      ['M425 300h25v200h-25z', '#1f77b4', '0.300'],
    ]);
  });

  test('escapes what is written on it', () => {
    const svg = ecgPaper(level(0), { title: '<script>&"\u0007', marks: [{ sample: 0, text: "<'" }] });
    expect(svg).toContain('>&lt;script&gt;&amp;&quot; <');
    expect(svg).toContain('>&lt;&#39;<');
    expect(svg).not.toContain('<script');
  });

  test.each([
    [{ leads: ['V7'] }, 'There is no lead `V7`. The signal has: I, II'],
    [{ startSeconds: 8, seconds: 5 }, 'must be a stretch of the signal, which has 10 s. Received: 8 and 5.'],
    [{ millimetresPerSecond: 0 }, '`millimetresPerSecond` must be a positive number. Received: 0.'],
    [{ overlay: [new Float32Array(3)] }, '`overlay` must have a number for each sample'],
  ])('refuses %j', (options, message) => expect(() => ecgPaper(level(0), options)).toThrow(message));
});

type PointOf = readonly [number, number];

/** From a point to a piece of a line. */
function distance([x, y]: PointOf, [ax, ay]: PointOf, [bx, by]: PointOf): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
