import type { Random } from '@cardio/core';

/** A dipole in the body's axes (Frank): towards the left, the feet and the back. In mV at unit distance of the lead vectors. */
export type Vector = readonly [left: number, down: number, back: number];

/** One wave of a heartbeat: a Gaussian pulse of the heart's dipole, with its own width before and after its peak. */
export interface Wave {
  /** Seconds from the R peak to the wave's peak. */
  readonly centre: number;
  /** Standard deviations in seconds before and after the peak. */
  readonly rise: number;
  readonly fall: number;
  readonly dipole: Vector;
}

/**
 * The waves of one heartbeat at 60 beats a minute. P is the sum of both atria; QRS is the septum, the early and late free walls and
 * the base, one after the other; `infarct` and `late` are silent in a healthy heart.
 */
export type Heart = Readonly<Record<(typeof waveNames)[number], Wave>>;

const waveNames = ['pRight', 'pLeft', 'infarct', 'septum', 'early', 'main', 'base', 'late', 'st', 't'] as const;

/** What can be wrong with a synthetic heart. */
export type Condition = 'anterior-mi' | 'inferior-mi' | 'ischaemia' | 'lbbb' | 'rbbb' | 'lvh';

/** A heart with the given conditions, different for every stream: sizes, axis and severity vary, and overlap as they do in people. */
export function createHeart(random: Random, conditions: readonly Condition[]): Heart {
  const healthy = normalHeart(random.fork('normal'));
  const ill = conditions.reduce((heart, name) => change(heart, name, random.fork(name)), healthy);
  return turned(ill, random.fork('axis'));
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
    st: wave(0.14, 0.04, 0.06, scaled([0.03, 0.02, -0.03], spread(0.5))),
    t: wave(0.265 + 0.012 * random.normal(), 0.06, 0.036, scaled([0.34, 0.24, -0.2], t)),
  };
}

/** Applies one condition. `severity` in [0.15, 1.1) makes mild cases look almost normal. */
function change(heart: Heart, condition: Condition, random: Random): Heart {
  const severity = random.uniform(0.15, 1.1);
  const old = random.next(); // the age of an infarct: 0 acute, with ST elevation; 1 old, with an inverted T
  const { early, main, base, st, t } = heart;
  switch (condition) {
    case 'anterior-mi':
      // Forward and left forces of the dead wall are gone: Q or QS in V1-V4.
      return {
        ...heart,
        septum: { ...heart.septum, dipole: scaled(heart.septum.dipole, 1 - 0.8 * severity) },
        infarct: plus(heart.infarct, [-0.15, 0, 0.55], severity),
        early: { ...early, dipole: sum(scaled(early.dipole, 1 - 0.45 * severity), [0, 0, 0.35 * severity]) },
        st: plus(st, [0.12, -0.02, -0.28], severity * (1.1 - 0.85 * old)),
        t: { ...t, dipole: sum(t.dipole, scaled([-0.22, -0.05, 0.6], severity * (old - 0.15))) },
      };
    case 'inferior-mi':
      // The same of the wall on the diaphragm: Q in II, III and aVF, reciprocal changes in I and aVL.
      return {
        ...heart,
        septum: { ...heart.septum, dipole: scaled(heart.septum.dipole, 1 - 0.5 * severity) },
        infarct: plus(heart.infarct, [0.05, -0.5, 0], severity),
        early: { ...early, dipole: sum(early.dipole, [0, -0.4 * severity, 0]) },
        main: { ...main, dipole: sum(main.dipole, [0.05, -0.12 * severity, 0]) },
        st: plus(st, [-0.06, 0.24, 0.08], severity * (1.1 - 0.85 * old)),
        t: { ...t, dipole: sum(t.dipole, scaled([0, -0.6, 0], severity * (old - 0.1))) },
      };
    case 'ischaemia': {
      // Injury under the inner wall: ST away from the lateral wall and apex, T flat to inverted, in varying proportion.
      const depression = severity * random.uniform(0.3, 1);
      return {
        ...heart,
        st: plus(st, [-0.22, -0.15, 0.1], depression),
        t: { ...t, dipole: sum(scaled(t.dipole, 1 - 1.1 * severity), scaled([-0.12, -0.08, 0.05], severity)) },
      };
    }
    case 'lbbb': {
      // The left ventricle is reached late, through muscle: no septal q, a broad notched R to the left and back, T against it.
      const delay = 0.75 + 0.25 * Math.min(1, severity);
      return {
        ...heart,
        septum: { ...heart.septum, dipole: [0.1, 0.08, 0.02] },
        early: { centre: -0.032 * delay, rise: 0.014, fall: 0.017, dipole: [0.65, 0.3, 0.25] },
        main: { centre: 0.008, rise: 0.02, fall: 0.022, dipole: sum(scaled(main.dipole, 0.55), [0.1, 0, 0.4]) },
        base: { centre: 0.05 * delay, rise: 0.019, fall: 0.015, dipole: [0.75, 0.15, 0.6] },
        st: plus(st, [-0.16, -0.03, -0.25], severity),
        t: { ...t, dipole: sum(scaled(t.dipole, 0.3), [-0.34, -0.08, -0.26]) },
      };
    }
    case 'rbbb': {
      // The right ventricle comes last and alone: R' in V1, a broad S in I and V6.
      const width = 0.011 + 0.008 * Math.min(1, severity);
      return {
        ...heart,
        main: { ...main, dipole: sum(main.dipole, [0, 0, -0.2 * severity]) },
        base: { ...base, dipole: scaled(base.dipole, 0.5) },
        late: {
          centre: 0.034 + 1.1 * width,
          rise: width,
          fall: 1.1 * width,
          dipole: scaled([-0.45, -0.02, -0.55], 0.15 + 0.85 * severity),
        },
        t: { ...t, dipole: sum(t.dipole, [0.05, 0, 0.25 * severity]) },
      };
    }
    case 'lvh': {
      // More muscle on the left: large forces left and back, a wide left atrium, ST and T against the QRS ("strain") in severe cases.
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
        early: more(early),
        main: plus(more(main), [0.35, -0.1, 0.45], severity),
        st: plus(st, [-0.13, -0.04, -0.06], strain),
        t: { ...t, dipole: sum(scaled(t.dipole, 1 - 0.5 * strain), scaled([-0.4, -0.1, -0.1], strain)) },
      };
    }
  }
}

/** Turns the whole heart a little in the frontal and the horizontal plane: no two lie alike. */
function turned(heart: Heart, random: Random): Heart {
  const frontal = 0.25 * random.normal();
  const horizontal = 0.18 * random.normal();
  const turn = ([left, down, back]: Vector): Vector => {
    const x = left * Math.cos(frontal) - down * Math.sin(frontal);
    const y = left * Math.sin(frontal) + down * Math.cos(frontal);
    return [
      x * Math.cos(horizontal) - back * Math.sin(horizontal),
      y,
      x * Math.sin(horizontal) + back * Math.cos(horizontal),
    ];
  };
  const waves = waveNames.map((name) => [name, { ...heart[name], dipole: turn(heart[name].dipole) }] as const);
  return Object.fromEntries(waves) as Heart; // every name of the tuple is there
}

const scaled = ([x, y, z]: Vector, by: number): Vector => [x * by, y * by, z * by];
const sum = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const plus = (wave: Wave, dipole: Vector, by: number): Wave => ({
  ...wave,
  dipole: sum(wave.dipole, scaled(dipole, by)),
});
