import { type Complex, conjugate, magnitude, real, subtract } from './complex.js';
import type { ZerosPolesGain } from './filter-prototypes.js';

/** One second-order section as SciPy has it: b0, b1, b2, a0 = 1, a1, a2. */
export type Section = readonly [b0: number, b1: number, b2: number, a0: number, a1: number, a2: number];

/** A filter as second-order sections, the first to be applied first: SciPy's `sos`. */
export type Sections = readonly Section[];

/**
 * Pairs poles with their nearest zeros, poles closest to the unit circle last, the gain in the first section (`scipy.signal.zpk2sos`, pairing
 * `nearest`).
 *
 * @param filter digital, with as many zeros as poles
 */
export function toSections({ zeros, poles, gain }: ZerosPolesGain): Sections {
  const odd = poles.length % 2 === 1;
  const p = onePerPair(odd ? [...poles, real(0)] : poles);
  const z = onePerPair(odd ? [...zeros, real(0)] : zeros);
  const sections: Section[] = [];
  while (p.length > 0) {
    const p1 = take(p, (root) => Math.abs(1 - magnitude(root)));
    const p2 = isReal(p1)
      ? take(p, (root) => (isReal(root) ? Math.abs(1 - Math.abs(root[0])) : Infinity))
      : conjugate(p1);
    const distance = (root: Complex): number => magnitude(subtract(root, p1));
    const z1 = take(z, distance);
    const z2 = isReal(z1) ? take(z, (root) => (isReal(root) ? distance(root) : Infinity)) : conjugate(z1);
    const scale = p.length === 0 ? gain : 1;
    const [b1, b2] = quadratic(z1, z2);
    sections.unshift([scale, b1 * scale, b2 * scale, 1, ...quadratic(p1, p2)]);
  }
  return sections;
}

const isReal = ([, im]: Complex): boolean => im === 0;

/** The last two coefficients of (x - a)(x - b), where a and b are real or conjugate. */
const quadratic = (a: Complex, b: Complex): [number, number] => [-a[0] - b[0], a[0] * b[0] - a[1] * b[1]];

/** Removes and returns the first root of the least cost. */
function take(roots: Complex[], cost: (root: Complex) => number): Complex {
  let best = 0;
  for (let i = 1; i < roots.length; i++) if (cost(roots[i]) < cost(roots[best])) best = i;
  return roots.splice(best, 1)[0];
}

/** The root above the real axis of each conjugate pair, then the real roots, each in ascending order of the real part. */
function onePerPair(roots: readonly Complex[]): Complex[] {
  const nearlyReal = (root: Complex): boolean => Math.abs(root[1]) <= 100 * Number.EPSILON * magnitude(root);
  const sorted = [...roots].sort((a, b) => a[0] - b[0] || Math.abs(a[1]) - Math.abs(b[1]));
  return [
    ...sorted.filter((root) => !nearlyReal(root) && root[1] > 0),
    ...sorted.filter(nearlyReal).map(([re]) => real(re)),
  ];
}
