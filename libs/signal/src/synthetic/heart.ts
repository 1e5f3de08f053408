import type { Random } from '@cardio/core';
import { applyCondition, type Condition } from './conditions.js';
import { scaled, type Vector } from './vector.js';
import { turned, type Heart, type Wave } from './wave.js';

/**
 * A heart with the given conditions, different for every stream: sizes, axis and severity vary, and overlap as they do in people.
 *
 * @param severity of every condition, instead of one by chance; see {@link applyCondition}
 */
export function createHeart(random: Random, conditions: readonly Condition[], severity?: number): Heart {
  const healthy = normalHeart(random.fork('normal'));
  const ill = conditions.reduce((heart, name) => applyCondition(heart, name, random.fork(name), severity), healthy);
  return turned(ill, random);
}

function normalHeart(random: Random): Heart {
  const spread = (sd: number): number => Math.exp(sd * random.normal());
  const wave = (centre: number, rise: number, fall: number, dipole: Vector): Wave => ({ centre, rise, fall, dipole });
  const pr = random.uniform(-0.02, 0.015);
  const p = spread(0.25);
  const qrs = spread(0.2);
  const t = spread(0.3);
  return {
    pRight: wave(-0.158 + pr, 0.016, 0.018, scaled([0.03, 0.09, -0.05], p)),
    pLeft: wave(-0.128 + pr, 0.018, 0.016, scaled([0.06, 0.04, 0.04], p)),
    infarct: wave(-0.02, 0.011, 0.011, [0, 0, 0]),
    septum: wave(-0.026, 0.008, 0.008, scaled([-0.14, -0.05, -0.22], qrs * spread(0.3))),
    early: wave(-0.009, 0.01, 0.009, scaled([0.6, 0.5, -0.25], qrs * spread(0.15))),
    main: wave(0.004, 0.009, 0.011, scaled([0.85, 0.55, 0.6], qrs)),
    base: wave(0.023, 0.009, 0.01, scaled([-0.18, -0.12, 0.24], qrs * spread(0.3))),
    late: wave(0.056, 0.018, 0.018, [0, 0, 0]),
    injury: wave(0.07, 0.016, 0.06, [0, 0, 0]),
    st: wave(0.14, 0.04, 0.06, scaled([0.03, 0.02, -0.03], spread(0.5))),
    t: wave(0.265 + 0.012 * random.normal(), 0.06, 0.036, scaled([0.34, 0.24, -0.2], t)),
  };
}
