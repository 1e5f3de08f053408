import { readFileSync } from 'node:fs';

import { createRandom } from '@cardio/core';
import { describe, expect, test } from '@jest/globals';

import type { CalibrationScores } from '../metrics/calibration-scores.js';
import type { Scores } from '../scores.js';
import { testScores, validationScores, type ValidationScores } from '../thresholds/split-scores.js';
import { applyCalibration } from './apply.js';
import { fitCalibration, type CalibrationOptions } from './fit.js';
import { calibrationScores, compareCalibration } from './quality.js';

interface Binary {
  readonly probabilities: number[];
  readonly labels: number[];
  readonly temperature: number;
  readonly platt: { readonly slope: number; readonly intercept: number; readonly 'scikit-learn': [number, number] };
  readonly isotonic: { readonly at: number[]; readonly is: number[] };
  readonly before: CalibrationScores;
  readonly after: Readonly<Record<CalibrationOptions['method'], CalibrationScores>>;
}
interface MultiClass {
  readonly probabilities: number[];
  readonly labels: number[];
  readonly k: number;
  readonly temperature: number;
  readonly calibrated: number[];
  readonly isotonic: number[];
  readonly before: CalibrationScores;
  readonly after: CalibrationScores;
}
const golden = JSON.parse(readFileSync(new URL('../../golden/calibration.json', import.meta.url), 'utf8')) as {
  binary: Record<string, Binary>;
  multiClass: Record<string, MultiClass>;
};
const methods = ['temperature', 'platt', 'isotonic'] as const;

const oneClass = (labels: number[], probabilities: number[]): ValidationScores =>
  validationScores({ task: 'multi-label', classes: ['a'], labels, probabilities });
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a, (value, i) => Math.abs(value - b[i])).reduce((most, d) => Math.max(most, d), a.length - b.length);
const expectScores = (actual: CalibrationScores, expected: CalibrationScores, tolerance: number): void => {
  for (const name of ['logLoss', 'brier', 'ece'] as const) {
    expect(Math.abs((actual[name] ?? NaN) - (expected[name] ?? NaN))).toBeLessThanOrEqual(tolerance);
  }
};

describe.each(Object.entries(golden.binary))('scikit-learn and SciPy agree on one class, %s', (_, g) => {
  const validation = oneClass(g.labels, g.probabilities);

  test('temperature, within 1e-6 of Brent', () => {
    const [{ map }] = fitCalibration(validation, { method: 'temperature' }).classes;
    expect(map).toEqual({ temperature: expect.any(Number) });
    expect(Math.abs((map as { temperature: number }).temperature / g.temperature - 1)).toBeLessThanOrEqual(1e-6);
  });

  test('Platt, within 1e-12 of the optimum and 1e-6 of where L-BFGS stops', () => {
    const [{ map }] = fitCalibration(validation, { method: 'platt' }).classes;
    const { slope, intercept } = map as { slope: number; intercept: number };
    expect(distance([slope, intercept], [g.platt.slope, g.platt.intercept])).toBeLessThanOrEqual(1e-12);
    expect(distance([slope, intercept], g.platt['scikit-learn'])).toBeLessThanOrEqual(1e-6);
  });

  test('isotonic, within 1e-12, on the scores, between and beyond', () => {
    const calibration = fitCalibration(validation, { method: 'isotonic' });
    const at = [...g.probabilities, ...g.isotonic.at];
    expect(distance(applyCalibration(calibration, at), g.isotonic.is)).toBeLessThanOrEqual(1e-12);
  });

  test('log loss, Brier score and ECE before (1e-12) and after (1e-6, as the temperatures are)', () => {
    expectScores(calibrationScores(validation), g.before, 1e-12);
    for (const method of methods) {
      const { before, after } = compareCalibration(fitCalibration(validation, { method }), validation);
      expectScores(before, g.before, 1e-12);
      expectScores(after, g.after[method], 1e-6);
    }
  });

  test.each(methods)('%s never turns two examples round', (method) => {
    const grid = Array.from({ length: 1001 }, (_, i) => i / 1000);
    const calibrated = applyCalibration(fitCalibration(validation, { method }), grid);
    expect(calibrated.every((p, i) => p >= 0 && p <= 1 && (i === 0 || p >= calibrated[i - 1]))).toBe(true);
  });
});

describe.each(Object.entries(golden.multiClass))('scikit-learn and SciPy agree on several classes, %s', (_, g) => {
  const classes = Array.from({ length: g.k }, (_, i) => `c${i}`);
  const { probabilities, labels } = g;
  const validation = validationScores({ task: 'multi-class', classes, probabilities, labels });

  test('one temperature for all', () => {
    const calibration = fitCalibration(validation, { method: 'temperature' });
    const { temperature } = calibration.classes[0].map as { temperature: number };
    expect(Math.abs(temperature / g.temperature - 1)).toBeLessThanOrEqual(1e-6);
    expect(new Set(calibration.classes.map(({ map }) => map)).size).toBe(1);
    expect(distance(applyCalibration(calibration, probabilities), g.calibrated)).toBeLessThanOrEqual(1e-6);
    const { before, after } = compareCalibration(calibration, validation);
    expectScores(before, g.before, 1e-12);
    expectScores(after, g.after, 1e-6);
  });

  test('isotonic of each class against the rest, divided by its sum', () => {
    const calibration = fitCalibration(validation, { method: 'isotonic' });
    expect(distance(applyCalibration(calibration, probabilities), g.isotonic)).toBeLessThanOrEqual(1e-12);
  });

  test.each(methods)(
    '%s gives rows that sum to 1, and the classes of the highest probability for a temperature',
    (method) => {
      const calibrated = applyCalibration(fitCalibration(validation, { method }), probabilities);
      for (let at = 0; at < calibrated.length; at += g.k) {
        const row = [...calibrated.subarray(at, at + g.k)];
        expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        if (method !== 'temperature') continue;
        const raw = probabilities.slice(at, at + g.k);
        expect(row.indexOf(Math.max(...row))).toBe(raw.indexOf(Math.max(...raw)));
      }
    },
  );
});

test('the temperature that was put in comes out', () => {
  const random = createRandom(1);
  const truth = Array.from({ length: 20_000 }, () => random.uniform(-4, 4));
  const labels = truth.map((z) => (random.next() < 1 / (1 + Math.exp(-z)) ? 1 : 0));
  const overconfident = truth.map((z) => 1 / (1 + Math.exp(-3 * z)));
  const [{ map }] = fitCalibration(oneClass(labels, overconfident), { method: 'temperature' }).classes;
  expect(Math.abs((map as { temperature: number }).temperature - 3)).toBeLessThan(0.1); // 3 standard errors
});

test('a shared temperature is that of all classes as if they were one', () => {
  const [a, b] = [golden.binary['overconfident'], golden.binary['underconfident']];
  const interleaved = (x: number[], y: number[]) => x.flatMap((value, i) => [value, y[i]]);
  const shared = fitCalibration(
    validationScores({
      task: 'multi-label',
      classes: ['a', 'b'],
      probabilities: interleaved(a.probabilities, b.probabilities),
      labels: interleaved(a.labels, b.labels),
    }),
    { method: 'temperature', shared: true },
  );
  const joined = oneClass([...a.labels, ...b.labels], [...a.probabilities, ...b.probabilities]);
  const [{ map }] = fitCalibration(joined, { method: 'temperature' }).classes;
  expect(shared.classes[0].map).toEqual(shared.classes[1].map);
  expect((shared.classes[0].map as { temperature: number }).temperature).toBeCloseTo(
    (map as { temperature: number }).temperature,
    11, // sums in another order, found to 1e-12
  );
});

describe('what can not be calibrated stays as it is, with the reason', () => {
  test.each(methods)('%s: a class without positives, or with nothing else', (method) => {
    const calibration = fitCalibration(
      validationScores({
        task: 'multi-label',
        classes: ['none', 'all', 'some'],
        labels: [0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 1, 1],
        probabilities: [0.1, 0.2, 0.8, 0.3, 0.7, 0.6, 0.2, 0.6, 0.7, 0.1, 0.9, 0.75],
      }),
      { method },
    );
    expect(calibration.classes.map(({ reason }) => reason)).toEqual([
      'No validation example is none.',
      'Every validation example is all.',
      null,
    ]);
    expect([...applyCalibration(calibration, [0.25, 0.5, 0.5])].slice(0, 2)).toEqual([0.25, 0.5]);
    expect(JSON.parse(JSON.stringify(calibration))).toEqual(calibration);
  });

  test('one class only, several being possible', () => {
    const calibration = fitCalibration(
      validationScores({
        task: 'multi-class',
        classes: ['a', 'b'],
        labels: [1, 0, 1, 0],
        probabilities: [0.7, 0.3, 0.6, 0.4],
      }),
      { method: 'temperature' },
    );
    expect(calibration.classes[0]).toEqual({
      name: 'a',
      map: null,
      reason: 'Validation has no two classes to tell apart: every one is a.',
    });
    expect([...applyCalibration(calibration, [0.9, 0.1])]).toEqual([0.9, 0.1]);
  });

  test.each([
    ['temperature', [0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], 'no mistake'],
    ['temperature', [1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9], 'the opposite'],
    ['temperature', [0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5], 'say nothing'],
    ['platt', [1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9], 'turn the order round'],
    ['platt', [1, 0, 1, 0], [0.3, 0.3, 0.3, 0.3], 'All scores are equal'],
    ['platt', [1, 0, 1, 0], [0.3, 0.3, 0.3 + 2 ** -54, 0.3], 'All scores are equal'],
  ] as const)('%s of %j at %j', (method, labels, probabilities, reason) => {
    const [fitted] = fitCalibration(oneClass([...labels], [...probabilities]), { method }).classes;
    expect(fitted.map).toBeNull();
    expect(fitted.reason).toContain(reason);
  });

  test('nothing known gives no scores', () => {
    const nothing = { logLoss: null, brier: null, ece: null };
    expect(calibrationScores(oneClass([NaN, NaN], [0.1, 0.2]))).toEqual(nothing);
    expect(calibrationScores({ task: 'multi-class', classes: ['a', 'b'], labels: [], probabilities: [] })).toEqual(
      nothing,
    );
  });
});

test('an unknown label has no part', () => {
  const { labels, probabilities } = golden.binary['shifted'];
  const known = oneClass(labels, probabilities);
  const more = oneClass([NaN, ...labels, NaN], [0.9, ...probabilities, 0.1]);
  for (const method of methods) expect(fitCalibration(more, { method })).toEqual(fitCalibration(known, { method }));
  expect(calibrationScores(more)).toEqual(calibrationScores(known));
});

test('one row more of which nothing is known changes nothing among several classes', () => {
  const { labels, probabilities } = golden.multiClass['overconfident'];
  const of = (head: number[], tail: number[]) =>
    validationScores({
      task: 'multi-class',
      classes: ['a', 'b', 'c', 'd'],
      labels: [...head, ...labels],
      probabilities: [...tail, ...probabilities],
    });
  const [known, more] = [of([], []), of([NaN, NaN, NaN, NaN], [1, 0, 0, 0])];
  for (const method of methods) expect(fitCalibration(more, { method })).toEqual(fitCalibration(known, { method }));
  expect(calibrationScores(more)).toEqual(calibrationScores(known));
});

test('is fitted on validation only, of probabilities', () => {
  const plain: Scores = { task: 'multi-label', classes: ['a'], labels: [1, 0], probabilities: [0.9, 0.1] };
  // @ts-expect-error scores of the test split
  expect(() => fitCalibration(testScores(plain), { method: 'platt' })).toThrow('received "test"');
  // @ts-expect-error scores of no named split
  expect(() => fitCalibration(plain, { method: 'platt' })).toThrow('no named split');
  expect(() => fitCalibration(oneClass([1, 0], [3.2, -1]), { method: 'platt' })).toThrow('probabilities, not logits');
  const two = validationScores({ task: 'multi-class', classes: ['a', 'b'], labels: [1, 0], probabilities: [1, 0] });
  expect(() => applyCalibration(fitCalibration(two, { method: 'temperature' }), [0.5])).toThrow('no multiple');
});
