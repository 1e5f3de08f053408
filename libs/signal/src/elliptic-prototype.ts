import { type Complex, conjugate, divide, magnitude, product, scale } from './complex.js';
import { SignalError } from './errors.js';
import type { ZerosPolesGain } from './filter-prototypes.js';

/**
 * Analog elliptic (Cauer) low-pass: `rippleDb` in the passband, which ends at 1 rad/s, and at least `attenuationDb` in the stopband
 * (`scipy.signal.ellipap`; Orfanidis, "Lecture notes on elliptic filter design", 2006).
 *
 * @throws {SignalError} `usage` when the ripple is too small beside the attenuation to be told from 0
 */
export function ellipticPrototype(order: number, rippleDb: number, attenuationDb: number): ZerosPolesGain {
  const epsilonSquared = powerOf10Minus1(0.1 * rippleDb);
  if (order === 1) {
    const pole = Math.sqrt(1 / epsilonSquared);
    return { zeros: [], poles: [[-pole, 0]], gain: pole };
  }
  const m1 = epsilonSquared / powerOf10Minus1(0.1 * attenuationDb);
  if (!(m1 > 0 && m1 < 1)) {
    throw new SignalError(
      '`rippleDb`',
      `below the attenuation of ${attenuationDb} dB, and not so far that it is lost beside it`,
      rippleDb,
    );
  }
  const m = degreeEquation(order, m1);
  const quarter = completeIntegral(1 - m);
  const v = (quarter * inverseSc(1 / Math.sqrt(epsilonSquared), m1)) / (order * completeIntegral(1 - m1));
  const across = jacobi(v, 1 - m);
  const zeros: Complex[] = [];
  const poles: Complex[] = [];
  for (let j = 1 - (order % 2); j < order; j += 2) {
    const { sn, cn, dn } = jacobi((j * quarter) / order, m);
    if (Math.abs(sn) > 2e-16) zeros.push([0, 1 / (Math.sqrt(m) * sn)]);
    const below = 1 - (dn * across.sn) ** 2;
    const pole: Complex = [(-cn * dn * across.sn * across.cn) / below, (-sn * across.dn) / below];
    poles.push(Math.abs(pole[1]) > 2e-16 * magnitude(pole) ? pole : [pole[0], 0]);
  }
  zeros.push(...zeros.map(conjugate));
  poles.push(...poles.filter(([, im]) => im !== 0).map(conjugate));
  const gain = divide(product(poles.map((p) => scale(p, -1))), product(zeros.map((z) => scale(z, -1))))[0];
  return { zeros, poles, gain: order % 2 === 0 ? gain / Math.sqrt(1 + epsilonSquared) : gain };
}

const powerOf10Minus1 = (x: number): number => Math.expm1(Math.LN10 * x);

/** K(m) from the complement 1 - m, by the arithmetic-geometric mean. */
function completeIntegral(complement: number): number {
  let [a, b] = [1, Math.sqrt(complement)];
  while (Math.abs(a - b) > 1e-15 * a) [a, b] = [(a + b) / 2, Math.sqrt(a * b)];
  return Math.PI / (a + b);
}

/** The m that solves order · K'(m) / K(m) = K'(m1) / K(m1), by its nome. */
function degreeEquation(order: number, m1: number): number {
  const q = Math.exp((-Math.PI * completeIntegral(m1)) / completeIntegral(1 - m1)) ** (1 / order);
  let [above, below] = [0, 1];
  for (let k = 0; k <= 7; k++) {
    above += q ** (k * (k + 1));
    below += 2 * q ** ((k + 1) ** 2);
  }
  return 16 * q * (above / below) ** 4;
}

/** u with sc(u | 1 - m) = w, by Landen's transformation of sn on the imaginary axis. */
function inverseSc(w: number, m: number): number {
  let k = Math.sqrt(m);
  let quarter = Math.PI / 2;
  while (k !== 0) {
    const complement = Math.sqrt((1 - k) * (1 + k));
    const next = (1 - complement) / (1 + complement);
    w = (2 * w) / ((1 + next) * (1 + Math.sqrt(1 + (k * w) ** 2)));
    quarter *= 1 + next;
    k = next;
  }
  return ((quarter * 2) / Math.PI) * Math.asinh(w);
}

/** The Jacobi elliptic functions, 0 < m < 1, by descending Landen transformation (Abramowitz & Stegun, 16.4). */
function jacobi(u: number, m: number): { sn: number; cn: number; dn: number } {
  const a = [1];
  const c = [Math.sqrt(m)];
  let b = Math.sqrt(1 - m);
  while (Math.abs(c[c.length - 1]) > 1e-16 * a[a.length - 1] && a.length < 12) {
    const last = a[a.length - 1];
    a.push((last + b) / 2);
    c.push((last - b) / 2);
    b = Math.sqrt(last * b);
  }
  let phi = 2 ** (a.length - 1) * a[a.length - 1] * u;
  for (let n = a.length - 1; n > 0; n--) phi = (Math.asin((c[n] * Math.sin(phi)) / a[n]) + phi) / 2;
  const sn = Math.sin(phi);
  const cn = Math.cos(phi);
  return { sn, cn, dn: Math.sqrt(cn * cn + (1 - m) * sn * sn) };
}
