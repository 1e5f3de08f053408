import type { Random } from '@cardio/core';
import type { Vector } from './vector.js';

/** Samples of one electrode or lead over time, in mV. */
type Trace = Float64Array;

/** Potentials of the nine electrodes that make the standard 12 leads. */
export interface Electrodes {
  readonly rightArm: Trace;
  readonly leftArm: Trace;
  readonly leftLeg: Trace;
  /** V1 to V6. */
  readonly chest: readonly Trace[];
}

// How a dipole (left, down, back) shows in a lead: G. E. Dower, H. B. Machado, J. A. Osborne, Clin. Cardiol. 3:87 (1980).
const leadI: Vector = [0.632, -0.235, 0.059];
const leadII: Vector = [0.235, 1.066, -0.132];
const chestLeads: readonly Vector[] = [
  [-0.515, 0.157, -0.917],
  [0.044, 0.164, -1.387],
  [0.882, 0.098, -1.277],
  [1.213, 0.127, -0.601],
  [1.125, 0.127, -0.086],
  [0.831, 0.076, 0.23],
];

/** Where a dipole over time shows at the skin: the chest electrodes sit a little differently on everyone. */
export function electrodesOf([left, down, back]: readonly [Trace, Trace, Trace], random: Random): Electrodes {
  const { length } = left;
  const seen = ([x, y, z]: Vector): Trace =>
    fill(new Float64Array(length), (i) => x * left[i] + y * down[i] + z * back[i]);
  const combined = (ofI: number, ofII: number): Vector => [
    ofI * leadI[0] + ofII * leadII[0],
    ofI * leadI[1] + ofII * leadII[1],
    ofI * leadI[2] + ofII * leadII[2],
  ];
  return {
    // The limb electrodes around their own mean (Wilson's terminal) as the zero of potential.
    rightArm: seen(combined(-1 / 3, -1 / 3)),
    leftArm: seen(combined(2 / 3, -1 / 3)),
    leftLeg: seen(combined(-1 / 3, 2 / 3)),
    chest: chestLeads.map(([x, y, z]) => {
      const gain = random.uniform(0.85, 1.15);
      return seen([gain * x, gain * y, gain * z]);
    }),
  };
}

/**
 * The 12 leads as an electrocardiograph makes them: I and II measured, the other limb leads computed from them, so III = II - I and
 * aVR + aVL + aVF = 0 hold whatever the electrodes pick up; the chest leads against Wilson's terminal.
 */
export function leadsOf({ rightArm, leftArm, leftLeg, chest }: Electrodes): Float32Array[] {
  const lead = (at: (i: number) => number): Float32Array => fill(new Float32Array(rightArm.length), at);
  const one = lead((i) => leftArm[i] - rightArm[i]);
  const two = lead((i) => leftLeg[i] - rightArm[i]);
  return [
    one,
    two,
    lead((i) => two[i] - one[i]),
    lead((i) => -(two[i] + one[i]) / 2),
    lead((i) => one[i] - two[i] / 2),
    lead((i) => two[i] - one[i] / 2),
    ...chest.map((electrode) => lead((i) => electrode[i] - (rightArm[i] + leftArm[i] + leftLeg[i]) / 3)),
  ];
}

/** A plain loop: `map` of typed arrays takes several times as long. */
function fill<T extends Float32Array | Float64Array>(array: T, at: (i: number) => number): T {
  for (let i = 0; i < array.length; i++) array[i] = at(i);
  return array;
}
