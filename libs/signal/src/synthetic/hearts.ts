import type { Random } from '@cardio/core';
import type { AtrialBeat, VentricularBeat } from './activity.js';
import type { Condition } from './conditions.js';
import { createHeart } from './heart.js';
import { lowAtrialHeart, ventricularHeart } from './ventricular-heart.js';
import type { Heart } from './wave.js';

/**
 * One person's heart as it looks from each place where a beat can begin.
 *
 * @param body the stream of the person's heart
 */
export function heartsOf(
  body: Random,
  conditions: readonly Condition[],
  severity: number | undefined,
): Readonly<Record<AtrialBeat['origin'] | VentricularBeat['origin'], Heart>> {
  const own = createHeart(body, conditions, severity);
  const focus = body.fork('focus').next() < 0.5 ? 'outflow' : 'left-ventricle';
  return {
    sinus: own,
    'paced-atrium': own,
    'low-atrium': lowAtrialHeart(own),
    conducted: own,
    'atrial-premature': own,
    junction: own,
    ectopic: ventricularHeart(own, focus, body),
    escape: ventricularHeart(own, 'left-ventricle', body),
    paced: ventricularHeart(own, 'apex', body),
  };
}
