import type { Random } from '@cardio/core';
import { mapWaves, turned, type Heart, type WaveName } from './wave.js';
import { scaled, type Vector } from './vector.js';

/** Where a beat that does not come through the bundle of His begins. */
type Focus = 'outflow' | 'left-ventricle' | 'apex';

/** The dipole of the beginning, middle and end of QRS. From muscle to muscle all is slow, and away from where it began. */
const courses: Readonly<Record<Focus, readonly [Vector, Vector, Vector]>> = {
  // Below the pulmonary valve: as in left bundle branch block, with the axis down.
  outflow: [
    [0.15, 0.4, 0.2],
    [0.45, 1.1, 0.75],
    [0.5, 0.6, 0.6],
  ],
  // The posterior wall of the left ventricle: as in right bundle branch block, with the axis up.
  'left-ventricle': [
    [0.1, -0.2, -0.45],
    [-0.35, -0.9, -0.8],
    [-0.5, -0.55, -0.5],
  ],
  // The tip of the right ventricle, where a pacemaker's electrode lies: left bundle branch block with the axis up.
  apex: [
    [0.2, -0.35, 0.25],
    [0.28, -1, 0.75],
    [0.3, -0.52, 0.5],
  ],
};

const silent = new Set<WaveName>(['pRight', 'pLeft', 'infarct', 'septum', 'late', 'injury']);

/**
 * The beat of the same heart from another focus: QRS of 150 to 180 ms, ST and T against it.
 *
 * @param body the stream of the person, so that it lies as the rest of the heart does
 */
export function ventricularHeart(heart: Heart, focus: Focus, body: Random): Heart {
  const random = body.fork(focus);
  const size = Math.exp(0.15 * random.normal());
  const wide = random.uniform(0.92, 1.08);
  const [early, main, base] = courses[focus].map((dipole) => scaled(dipole, size));
  const against = (by: number): Vector => scaled(main, -by);
  const shape: Heart = {
    ...mapWaves(heart, (wave, name) => (silent.has(name) ? { ...wave, dipole: [0, 0, 0] } : wave)),
    early: { centre: -0.042 * wide, rise: 0.016, fall: 0.018, dipole: early },
    main: { centre: 0, rise: 0.021 * wide, fall: 0.023 * wide, dipole: main },
    base: { centre: 0.045 * wide, rise: 0.021, fall: 0.018, dipole: base },
    st: { centre: 0.16, rise: 0.05, fall: 0.07, dipole: against(0.16) },
    t: { centre: 0.29, rise: 0.065, fall: 0.045, dipole: against(0.5) },
  };
  return turned(shape, body);
}

/** The same heart with its P wave from low in the atria, upwards: negative in II, III and aVF, and a little nearer to QRS. */
export function lowAtrialHeart(heart: Heart): Heart {
  const nearer = 0.015;
  return {
    ...heart,
    pRight: { ...heart.pRight, centre: heart.pRight.centre + nearer, dipole: [0.02, -0.1, 0.02] },
    pLeft: { ...heart.pLeft, centre: heart.pLeft.centre + nearer, dipole: [-0.03, -0.08, -0.02] },
  };
}
