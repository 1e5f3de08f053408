import type { Random } from '@cardio/core';
import { plus, type Heart, type Wave } from './wave.js';
import { stChange, stConditions } from './st-change.js';
import { scaled, sum } from './vector.js';

/** How one condition changes a heart; `old` in [0, 1) is the age of an infarct, 0 acute with ST elevation, 1 old with an inverted T. */
type Change = (heart: Heart, severity: number, old: number, random: Random) => Heart;

const changes = {
  // Forward and left forces of the dead wall are gone: Q or QS in V1-V4.
  'anterior-mi': (heart, severity, old) => ({
    ...heart,
    septum: { ...heart.septum, dipole: scaled(heart.septum.dipole, 1 - 0.8 * severity) },
    infarct: plus(heart.infarct, [-0.15, 0, 0.55], severity),
    early: { ...heart.early, dipole: sum(scaled(heart.early.dipole, 1 - 0.45 * severity), [0, 0, 0.35 * severity]) },
    st: plus(heart.st, [0.12, -0.02, -0.28], severity * (1.1 - 0.85 * old)),
    t: { ...heart.t, dipole: sum(heart.t.dipole, scaled([-0.22, -0.05, 0.6], severity * (old - 0.15))) },
  }),
  // The same of the wall on the diaphragm: Q in II, III and aVF, reciprocal changes in I and aVL.
  'inferior-mi': (heart, severity, old) => ({
    ...heart,
    septum: { ...heart.septum, dipole: scaled(heart.septum.dipole, 1 - 0.5 * severity) },
    infarct: plus(heart.infarct, [0.05, -0.5, 0], severity),
    early: { ...heart.early, dipole: sum(heart.early.dipole, [0, -0.4 * severity, 0]) },
    main: { ...heart.main, dipole: sum(heart.main.dipole, [0.05, -0.12 * severity, 0]) },
    st: plus(heart.st, [-0.06, 0.24, 0.08], severity * (1.1 - 0.85 * old)),
    t: { ...heart.t, dipole: sum(heart.t.dipole, scaled([0, -0.6, 0], severity * (old - 0.1))) },
  }),
  // Injury under the inner wall: ST away from the lateral wall and apex, T flat to inverted, in varying proportion.
  ischaemia: (heart, severity, _old, random) => {
    const depression = severity * random.uniform(0.3, 1);
    return {
      ...heart,
      st: plus(heart.st, [-0.22, -0.15, 0.1], depression),
      t: {
        ...heart.t,
        dipole: sum(scaled(heart.t.dipole, 1 - 1.1 * severity), scaled([-0.12, -0.08, 0.05], severity)),
      },
    };
  },
  // The left ventricle is reached late, through muscle: no septal q, a broad notched R to the left and back, T against it.
  lbbb: (heart, severity) => {
    const delay = 0.75 + 0.25 * Math.min(1, severity);
    return {
      ...heart,
      septum: { ...heart.septum, dipole: [0.1, 0.08, 0.02] },
      early: { centre: -0.032 * delay, rise: 0.014, fall: 0.017, dipole: [0.65, 0.3, 0.25] },
      main: { centre: 0.008, rise: 0.02, fall: 0.022, dipole: sum(scaled(heart.main.dipole, 0.55), [0.1, 0, 0.4]) },
      base: { centre: 0.05 * delay, rise: 0.019, fall: 0.015, dipole: [0.75, 0.15, 0.6] },
      st: plus(heart.st, [-0.16, -0.03, -0.25], severity),
      t: { ...heart.t, dipole: sum(scaled(heart.t.dipole, 0.3), [-0.34, -0.08, -0.26]) },
    };
  },
  // The right ventricle comes last and alone: R' in V1, a broad S in I and V6.
  rbbb: (heart, severity) => {
    const width = 0.011 + 0.008 * Math.min(1, severity);
    return {
      ...heart,
      main: { ...heart.main, dipole: sum(heart.main.dipole, [0, 0, -0.2 * severity]) },
      base: { ...heart.base, dipole: scaled(heart.base.dipole, 0.5) },
      late: {
        centre: 0.034 + 1.1 * width,
        rise: width,
        fall: 1.1 * width,
        dipole: scaled([-0.45, -0.02, -0.55], 0.15 + 0.85 * severity),
      },
      t: { ...heart.t, dipole: sum(heart.t.dipole, [0.05, 0, 0.25 * severity]) },
    };
  },
  // More muscle on the left: large forces left and back, a wide left atrium, ST and T against the QRS ("strain") in severe cases.
  lvh: (heart, severity, _old, random) => {
    const strain = severity * random.next();
    const more = (wave: Wave): Wave => ({
      ...wave,
      rise: 1.1 * wave.rise,
      fall: 1.1 * wave.fall,
      dipole: scaled(wave.dipole, 1 + 0.45 * severity),
    });
    return {
      ...heart,
      pLeft: { ...heart.pLeft, dipole: scaled(heart.pLeft.dipole, 1 + 0.7 * severity) },
      early: more(heart.early),
      main: plus(more(heart.main), [0.35, -0.1, 0.45], severity),
      st: plus(heart.st, [-0.13, -0.04, -0.06], strain),
      t: { ...heart.t, dipole: sum(scaled(heart.t.dipole, 1 - 0.5 * strain), scaled([-0.4, -0.1, -0.1], strain)) },
    };
  },
} satisfies Record<string, Change>;

/** What can be wrong with a synthetic heart. `mi` are infarcts of any age, with their Q waves; the ST conditions are pure shifts of ST. */
export type Condition = keyof typeof changes | keyof typeof stConditions;

/** The names of all conditions. */
export const conditionNames = [...Object.keys(changes), ...Object.keys(stConditions)] as readonly Condition[];

/**
 * A heart with one condition more.
 *
 * @param severity 0.15 is almost normal, 1 plain; default by chance from 0.15 to 1.1
 */
export function applyCondition(heart: Heart, condition: Condition, random: Random, severity?: number): Heart {
  const chance = random.uniform(0.15, 1.1);
  const old = random.next();
  const change: Change =
    condition in changes
      ? changes[condition as keyof typeof changes]
      : (of, how) => stChange(of, condition as keyof typeof stConditions, how);
  return change(heart, severity ?? chance, old, random);
}
