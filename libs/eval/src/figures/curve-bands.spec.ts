import { describe, expect, test } from '@jest/globals';
import { createRandom } from '@cardio/core';
import { precisionRecallCurve, rocCurve } from '../metrics/curves.js';
import { precisionRecallBand, rocBand } from './curve-bands.js';
import { precisionRecallFigure, rocFigure } from './index.js';

const random = createRandom(5);
const labels = Array.from({ length: 200 }, (_, i) => (i % 4 === 0 ? 1 : 0));
const scores = labels.map((label) => Math.round(20 * (random.normal() + label)) / 20); // with ties
const options = { resamples: 200 };

describe('a band of curves', () => {
  test('has the curve of all rows in its middle: straight between the points of rocCurve', () => {
    const band = rocBand([{ scores, labels }], options);
    const curve = rocCurve(scores, labels);
    if (!band || !curve) throw new Error('there is a curve');
    const x = [...curve.falsePositiveRate];
    band.falsePositiveRate.forEach((fpr, i) => {
      const after = x.findIndex((value) => value > fpr);
      if (after < 0) return expect(band.truePositiveRate[i]).toBe(1);
      const share = (fpr - x[after - 1]) / (x[after] - x[after - 1]);
      const [y0, y1] = [curve.truePositiveRate[after - 1], curve.truePositiveRate[after]];
      return expect(band.truePositiveRate[i]).toBeCloseTo(y0 + share * (y1 - y0), 12);
    });
    expect(band.truePositiveRate.every((tpr, i) => band.lower[i] <= tpr && tpr <= band.upper[i])).toBe(true);
  });

  test('has the precision of the highest threshold that reaches a recall', () => {
    const band = precisionRecallBand([{ scores, labels }], options);
    const curve = precisionRecallCurve(scores, labels);
    if (!band || !curve) throw new Error('there is a curve');
    for (const i of [1, 20, 50, 77, 100]) {
      const at = curve.recall.findLastIndex((recall) => recall >= band.recall[i]);
      expect(band.precision[i]).toBe(curve.precision[at]);
    }
  });

  test('is a line where no sample of patients could differ, and wider by patient than by row', () => {
    const perfect = rocBand([{ scores: labels, labels }], options);
    expect(perfect?.lower.every((value) => value === 1)).toBe(true);
    const width = (clusters?: string[]): number => {
      const band = rocBand([{ scores: [...scores, ...scores], labels: [...labels, ...labels] }], { ...options, ...(clusters && { clusters }) }); // prettier-ignore
      return band ? band.upper.reduce((sum, value, i) => sum + value - band.lower[i], 0) : NaN;
    };
    const patients = [...scores, ...scores].map((_, i) => String(i % scores.length)); // each row twice
    expect(width(patients) / width()).toBeGreaterThan(1.25); // sqrt(2) of independent rows
    expect(width(patients) / width()).toBeLessThan(1.6);
  });

  test('is of the mean of the classes that have a curve, and null without any', () => {
    const never = { scores, labels: labels.map(() => 0) };
    const one = rocBand([{ scores, labels }], options);
    const flat = { scores: scores.map(() => 0.5), labels }; // the diagonal
    const mean = rocBand([{ scores, labels }, never, flat], options);
    one?.truePositiveRate.forEach((tpr, i) => {
      expect(mean?.truePositiveRate[i]).toBeCloseTo((tpr + i / 100) / 2, 12);
    });
    expect(rocBand([never], options)).toBeNull();
    expect(precisionRecallBand([never], options)).toBeNull();
  });

  test('goes into the figures, from scores on', async () => {
    const all = [{ scores, labels }];
    const roc = await rocFigure({ classes: [{ name: 'AF', curve: rocCurve(scores, labels), band: rocBand(all, options) }] }); // prettier-ignore
    const pr = await precisionRecallFigure({ classes: [{ name: 'AF', curve: precisionRecallCurve(scores, labels), band: precisionRecallBand(all, options) }] }); // prettier-ignore
    for (const svg of [roc, pr]) expect(svg).toMatch(/aria-label="area"><path d="M/);
  });
});
