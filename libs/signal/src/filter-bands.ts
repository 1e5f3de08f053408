import { type Complex, add, divide, multiply, product, real, scale, squareRoot, subtract } from './complex.js';
import type { ZerosPolesGain } from './filter-prototypes.js';

const gainChange = ({ zeros, poles }: ZerosPolesGain, from: (root: Complex) => Complex): number =>
  divide(product(zeros.map(from)), product(poles.map(from)))[0];
const excess = ({ zeros, poles }: ZerosPolesGain): number => poles.length - zeros.length;
const repeat = (value: Complex, times: number): Complex[] => new Array<Complex>(times).fill(value);
const negative = (root: Complex): Complex => scale(root, -1);

/** A low-pass of cut-off 1 moved to the cut-off `to`, in rad/s (`scipy.signal.lp2lp_zpk`). */
export function toLowPass(filter: ZerosPolesGain, to: number): ZerosPolesGain {
  const move = (root: Complex): Complex => scale(root, to);
  return {
    zeros: filter.zeros.map(move),
    poles: filter.poles.map(move),
    gain: filter.gain * to ** excess(filter),
  };
}

/** A low-pass of cut-off 1 turned into a high-pass from `to` rad/s (`scipy.signal.lp2hp_zpk`). */
export function toHighPass(filter: ZerosPolesGain, to: number): ZerosPolesGain {
  const move = (root: Complex): Complex => divide(real(to), root);
  return {
    zeros: [...filter.zeros.map(move), ...repeat(real(0), excess(filter))],
    poles: filter.poles.map(move),
    gain: filter.gain * gainChange(filter, negative),
  };
}

/** A low-pass of cut-off 1 turned into a band-pass from `low` to `high` rad/s (`scipy.signal.lp2bp_zpk`). */
export function toBandPass(filter: ZerosPolesGain, low: number, high: number): ZerosPolesGain {
  const width = high - low;
  const narrow = (root: Complex): Complex => scale(root, width / 2);
  return {
    zeros: [...around(filter.zeros.map(narrow), low, high), ...repeat(real(0), excess(filter))],
    poles: around(filter.poles.map(narrow), low, high),
    gain: filter.gain * width ** excess(filter),
  };
}

/** A low-pass of cut-off 1 turned into a band-stop from `low` to `high` rad/s (`scipy.signal.lp2bs_zpk`). */
export function toBandStop(filter: ZerosPolesGain, low: number, high: number): ZerosPolesGain {
  const centre = Math.sqrt(low * high);
  const invert = (root: Complex): Complex => divide(real((high - low) / 2), root);
  return {
    zeros: [
      ...around(filter.zeros.map(invert), low, high),
      ...repeat([0, centre], excess(filter)),
      ...repeat([0, -centre], excess(filter)),
    ],
    poles: around(filter.poles.map(invert), low, high),
    gain: filter.gain * gainChange(filter, negative),
  };
}

/** Each root twice, shifted to plus and minus the geometric centre of the band. */
function around(roots: readonly Complex[], low: number, high: number): Complex[] {
  const centre = Math.sqrt(low * high);
  const shifts = roots.map((root) => squareRoot(subtract(multiply(root, root), real(centre ** 2))));
  return [...roots.map((root, i) => add(root, shifts[i])), ...roots.map((root, i) => subtract(root, shifts[i]))];
}

/** The digital filter at a rate of 2 of an analog one, by the bilinear transformation (`scipy.signal.bilinear_zpk`). */
export function bilinear(filter: ZerosPolesGain): ZerosPolesGain {
  const from = (root: Complex): Complex => subtract(real(4), root);
  const move = (root: Complex): Complex => divide(add(real(4), root), from(root));
  return {
    zeros: [...filter.zeros.map(move), ...repeat(real(-1), excess(filter))],
    poles: filter.poles.map(move),
    gain: filter.gain * gainChange(filter, from),
  };
}
