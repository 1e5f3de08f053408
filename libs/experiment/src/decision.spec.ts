import { createRandom } from '@cardio/core';
import { evaluateScores } from '@cardio/eval';
import { expect, test } from '@jest/globals';

import { decisionsFrom, evaluateDecisionsOn } from './decision.js';
import type { Predictions } from './predictions.js';

const classes = ['AFIB', 'PVC', 'absent'];

/** Of a model that is three times as sure as it may be, and finds the rare class at low probabilities. */
function predictions(seed: number, n: number): Predictions {
  const random = createRandom(seed);
  const truth = Array.from({ length: n }, () => [random.next() < 0.4, random.next() < 0.08, false]);
  const logits = truth.map(([afib, pvc]) => [
    3 * ((afib ? 1 : -1) + random.normal()),
    3 * ((pvc ? -1 : -3) + random.normal()),
    -4 + random.normal(),
  ]);
  return {
    examples: Array.from({ length: n }, (_, i) => ({ id: `${i}`, recordId: `${i}`, patientId: `${i}` })),
    classes,
    probabilities: Float32Array.from(logits.flat(), (z) => 1 / (1 + Math.exp(-z))),
    labels: Float32Array.from(truth.flat(), Number),
  };
}
const [validation, unseen] = [predictions(1, 2000), predictions(2, 2000)];
const task = { kind: 'multi-label' } as const;

test('thresholds and temperatures of validation are better than none on the test split', () => {
  const decisions = decisionsFrom(task, validation);
  const { thresholds, calibration } = evaluateDecisionsOn(decisions, task, { validation, test: unseen });
  const { perClass } = evaluateScores({ task: task.kind, ...unseen });
  const [, pvc] = thresholds?.test ?? [];
  expect(pvc.f1).toBeGreaterThan((perClass[1].f1 ?? 0) + 0.05);
  const f1 = (thresholds?.test ?? []).flatMap((one) => one.f1 ?? []);
  expect(thresholds?.testMacroF1).toBeCloseTo(f1.reduce((a, b) => a + b, 0) / f1.length, 12);
  for (const score of ['logLoss', 'ece'] as const) {
    expect(calibration.test.after[score]).toBeLessThan(calibration.test.before[score] ?? 0);
  }
  expect(calibration.validation.after.logLoss).toBeLessThan(calibration.validation.before.logLoss ?? 0);
});

test('a class that validation does not have keeps 0.5 and its probabilities, with the reason', () => {
  const { thresholds, calibration } = evaluateDecisionsOn(decisionsFrom(task, validation), task, {
    validation,
    test: unseen,
  });
  const reason = 'No validation example is absent.';
  expect(thresholds?.classes[2]).toMatchObject({ threshold: null, reason });
  expect(thresholds?.test[2]).toMatchObject({ threshold: 0.5, sensitivity: null });
  expect(calibration.classes[2]).toMatchObject({ map: null, reason });
});

test('a multi-class task keeps the class of the highest probability', () => {
  const one: Predictions = {
    examples: Array.from({ length: 4 }, (_, i) => ({ id: `${i}`, recordId: `${i}`, patientId: `${i}` })),
    classes: ['N', 'V'],
    probabilities: Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.6, 0.4),
    labels: Float32Array.of(1, 0, 1, 0, 0, 1, 0, 1),
  };
  const { thresholds, calibration } = decisionsFrom({ kind: 'multi-class' }, one);
  expect(thresholds).toBeNull();
  expect(calibration.classes[0].map).toEqual({ temperature: expect.any(Number) });
});

test('what a run keeps of them is plain data', () => {
  const kept = evaluateDecisionsOn(decisionsFrom(task, validation), task, { validation, test: unseen });
  expect(JSON.parse(JSON.stringify(kept))).toEqual(kept);
});
