import { plus, type Heart } from './wave.js';
import { scaled, type Vector } from './vector.js';

/**
 * The direction in which ST moves. Injury through the wall raises ST over it and lowers it opposite; injury under the inner wall lowers it. Length:
 * the leads that show it most have about 1.
 */
export const stConditions = {
  'st-elevation-anterior': [0.15, -0.25, -0.8],
  'st-elevation-inferior': [-0.25, 0.85, 0.15],
  'st-elevation-lateral': [0.8, -0.35, 0.05],
  'st-depression-anterior': [-0.1, 0.1, 0.8],
  'st-depression-inferior': [0.15, -0.85, -0.1],
  'st-depression-lateral': [-0.7, -0.3, 0.1],
} as const satisfies Record<string, Vector>;

/** A heart with ST moved by 0.1 + 0.25 x `severity` mV, level from the J point on; T grows with an elevation, flattens with a depression. */
export function stChange(heart: Heart, condition: keyof typeof stConditions, severity: number): Heart {
  const shift = scaled(stConditions[condition], 0.1 + 0.25 * severity);
  const raised = condition.startsWith('st-elevation');
  return {
    ...heart,
    injury: plus(heart.injury, shift, 0.75),
    st: plus(heart.st, shift, 0.65),
    t: raised
      ? plus(heart.t, shift, 0.6)
      : { ...heart.t, dipole: scaled(heart.t.dipole, 1 - 0.5 * Math.min(1, severity)) },
  };
}
