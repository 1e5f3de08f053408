import { SignalError } from './errors.js';

/** A change of rate as whole numbers: `up` samples for every `down`. */
export interface RateChange {
  readonly up: number;
  readonly down: number;
}

/** The longest filter that `resample` makes has 20 times as many taps. */
const largestFactor = 20_000;

/**
 * The whole numbers whose ratio is `toHz / fromHz`, by continued fractions.
 *
 * @throws {SignalError} `usage` for a rate that isn't finite and above 0, and when no ratio of numbers up to 20,000 comes within 10⁻⁹ of it
 * @example rateChange(360, 500) // { up: 25, down: 18 }
 */
export function rateChange(fromHz: number, toHz: number): RateChange {
  const ratio = toHz / fromHz;
  if (!(fromHz > 0 && toHz > 0 && Number.isFinite(ratio))) {
    throw new SignalError('Both rates', 'finite and above 0 Hz', `${fromHz} Hz to ${toHz} Hz`);
  }
  let [up, down, lastUp, lastDown] = [1, 0, 0, 1];
  let rest = ratio;
  while (up <= largestFactor && down <= largestFactor) {
    const whole = Math.floor(rest);
    [up, down, lastUp, lastDown] = [whole * up + lastUp, whole * down + lastDown, up, down];
    if (up > largestFactor || down > largestFactor) break;
    if (up > 0 && Math.abs(up / down / ratio - 1) < 1e-9) return { up, down };
    rest = 1 / (rest - whole);
  }
  throw new SignalError(
    'The ratio of the rates',
    `one of whole numbers up to ${largestFactor}`,
    `${fromHz} Hz to ${toHz} Hz`,
  );
}
