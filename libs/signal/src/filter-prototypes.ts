import {
  type Complex,
  conjugate,
  divide,
  magnitude,
  multiply,
  add,
  subtract,
  product,
  real,
  scale,
} from './complex.js';

/** A filter as zeros, poles and gain. */
export interface ZerosPolesGain {
  readonly zeros: readonly Complex[];
  readonly poles: readonly Complex[];
  readonly gain: number;
}

/** -n + 1, -n + 3 … n - 1: one number for each pole. */
const positions = (order: number): number[] => Array.from({ length: order }, (_, i) => 2 * i + 1 - order);

const gainOf = (zeros: readonly Complex[], poles: readonly Complex[]): number =>
  divide(product(poles.map((p) => scale(p, -1))), product(zeros.map((z) => scale(z, -1))))[0];

/** Analog Butterworth low-pass, -3 dB at 1 rad/s (`scipy.signal.buttap`). */
export function butterworthPrototype(order: number): ZerosPolesGain {
  const poles = positions(order).map((m): Complex => {
    const angle = (Math.PI * m) / (2 * order);
    return [-Math.cos(angle), -Math.sin(angle)];
  });
  return { zeros: [], poles, gain: 1 };
}

/** Analog Chebyshev low-pass of type I: `rippleDb` in the passband, which ends at 1 rad/s (`scipy.signal.cheb1ap`). */
export function chebyshev1Prototype(order: number, rippleDb: number): ZerosPolesGain {
  const epsilon = Math.sqrt(10 ** (0.1 * rippleDb) - 1);
  const poles = ellipse(order, Math.asinh(1 / epsilon) / order).map((p) => scale(p, -1));
  const gain = gainOf([], poles);
  return { zeros: [], poles, gain: order % 2 === 0 ? gain / Math.sqrt(1 + epsilon * epsilon) : gain };
}

/** Analog Chebyshev low-pass of type II: the stopband, `attenuationDb` down, begins at 1 rad/s (`scipy.signal.cheb2ap`). */
export function chebyshev2Prototype(order: number, attenuationDb: number): ZerosPolesGain {
  const inverse = Math.sqrt(10 ** (0.1 * attenuationDb) - 1);
  const zeros = positions(order)
    .filter((m) => m !== 0)
    .map((m): Complex => [0, 1 / Math.sin((m * Math.PI) / (2 * order))]);
  const poles = ellipse(order, Math.asinh(inverse) / order).map((p) => divide(real(-1), p));
  return { zeros, poles, gain: gainOf(zeros, poles) };
}

/** sinh(mu + iθ) for the angles of the poles. */
const ellipse = (order: number, mu: number): Complex[] =>
  positions(order).map((m) => {
    const angle = (Math.PI * m) / (2 * order);
    return [Math.sinh(mu) * Math.cos(angle), Math.cosh(mu) * Math.sin(angle)];
  });

/**
 * Analog Bessel low-pass with the asymptotes of a Butterworth filter (`scipy.signal.besselap`, norm `phase`): the roots of the reverse Bessel
 * polynomial by Aberth's method, the polynomial by its recurrence θₙ = (2n - 1) θₙ₋₁ + s² θₙ₋₂.
 */
export function besselPrototype(order: number): ZerosPolesGain {
  let roots = butterworthPrototype(order).poles.map((p) => scale(p, order));
  for (let round = 0; round < 100; round++) {
    const steps = roots.map((s, k) => {
      const newton = besselNewtonStep(order, s);
      const repulsion = roots.reduce(
        (sum, other, j) => (j === k ? sum : add(sum, divide(real(1), subtract(s, other)))),
        real(0),
      );
      return divide(newton, subtract(real(1), multiply(newton, repulsion)));
    });
    roots = roots.map((s, k) => subtract(s, steps[k]));
    if (steps.every((step, k) => magnitude(step) < 1e-15 * magnitude(roots[k]))) break;
  }
  // θₙ(0) = (2n)! / (n! 2ⁿ) = 1 · 3 · … · (2n - 1)
  let lowest = 1;
  for (let k = 1; k <= order; k++) lowest *= 2 * k - 1;
  const shrink = 10 ** (-Math.log10(lowest) / order);
  const symmetric = roots.map((s, k) => scale(add(s, conjugate(roots[order - 1 - k])), shrink / 2));
  return { zeros: [], poles: symmetric, gain: 1 };
}

/** θₙ(s) / θₙ'(s). */
function besselNewtonStep(order: number, s: Complex): Complex {
  const square = multiply(s, s);
  let [value, last] = [add(s, real(1)), real(1)];
  let [slope, lastSlope] = [real(1), real(0)];
  for (let n = 2; n <= order; n++) {
    const nextSlope = add(scale(slope, 2 * n - 1), add(multiply(scale(s, 2), last), multiply(square, lastSlope)));
    [value, last] = [add(scale(value, 2 * n - 1), multiply(square, last)), value];
    [slope, lastSlope] = [nextSlope, slope];
  }
  return divide(value, slope);
}
