/** A dipole in the body's axes (Frank): towards the left, the feet and the back. In mV at unit distance of the lead vectors. */
export type Vector = readonly [left: number, down: number, back: number];

/** A vector `by` times as long. */
export const scaled = ([x, y, z]: Vector, by: number): Vector => [x * by, y * by, z * by];

/** The sum of two vectors. */
export const sum = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

/** Turned in the frontal plane, from the left towards the feet; `angle` in radians. */
export function turnedFrontal([left, down, back]: Vector, angle: number): Vector {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [left * c - down * s, left * s + down * c, back];
}

/** Turned in the horizontal plane, from the left towards the back; `angle` in radians. */
export function turnedHorizontal([left, down, back]: Vector, angle: number): Vector {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [left * c - back * s, down, left * s + back * c];
}
