import { CardioError } from '@cardio/core';

import type { ClassMap } from './class-map.js';
import type { Calibration } from './fit.js';
import { interpolate } from './isotonic.js';
import { heldInside, logit, sigmoid, softmax } from './logit.js';

/**
 * Calibrated probabilities. In a multi-class task they sum to 1: a temperature works on all classes together, and what Platt scaling or isotonic steps
 * make of each class against the rest is divided by its sum (Zadrozny & Elkan, KDD 2002), or is the same for all where that is 0.
 *
 * @param probabilities `[N * K]` of the classes of the calibration, in their order
 * @returns `[N * K]`
 * @throws CardioError `usage` for a length that is no multiple of the classes
 */
export function applyCalibration(
  { task, method, classes }: Calibration,
  probabilities: ArrayLike<number>,
): Float64Array {
  const k = classes.length;
  if (probabilities.length % k !== 0) {
    throw new CardioError(
      'usage',
      `The calibration is of ${k} classes (${classes.map(({ name }) => name).join(', ')}); received ${probabilities.length} probabilities, which is no multiple of it.`,
    );
  }
  const result = Float64Array.from(probabilities, (p) => Math.min(p, 1)); // a float32 may be a rounding above
  if (task === 'multi-class' && classes.every(({ map }) => map === null)) return result;
  for (let at = 0; at < result.length; at += k) {
    const row = result.subarray(at, at + k);
    if (task === 'multi-class' && method === 'temperature') {
      const { map } = classes[0];
      const temperature = map && 'temperature' in map ? map.temperature : 1;
      row.set(
        softmax(
          Array.from(row, (p) => Math.log(heldInside(p))),
          temperature,
        ),
      );
    } else {
      classes.forEach(({ map }, index) => (row[index] = mapped(map, row[index])));
      if (task === 'multi-class') toSumOne(row);
    }
  }
  return result;
}

function mapped(map: ClassMap | null, p: number): number {
  if (map === null) return p;
  if ('temperature' in map) return sigmoid(logit(p) / map.temperature);
  if ('slope' in map) return sigmoid(map.slope * logit(p) + map.intercept);
  return interpolate(map.x, map.y, p);
}

function toSumOne(row: Float64Array): void {
  const sum = row.reduce((a, b) => a + b, 0);
  row.forEach((p, index) => (row[index] = sum === 0 ? 1 / row.length : p / sum));
}
