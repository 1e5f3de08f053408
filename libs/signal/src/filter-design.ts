import { ellipticPrototype } from './elliptic-prototype.js';
import { SignalError } from './errors.js';
import { bilinear, toBandPass, toBandStop, toHighPass, toLowPass } from './filter-bands.js';
import {
  besselPrototype,
  butterworthPrototype,
  chebyshev1Prototype,
  chebyshev2Prototype,
  type ZerosPolesGain,
} from './filter-prototypes.js';
import { type Sections, toSections } from './sections.js';

/** What a filter lets through, in Hz. */
export type FilterBand =
  | { readonly band: 'lowpass' | 'highpass'; readonly cutoffHz: number }
  | { readonly band: 'bandpass' | 'bandstop'; readonly cutoffHz: readonly [low: number, high: number] };

/** The shape of a filter; ripple and attenuation in dB, above 0. */
export type FilterFamily =
  | { readonly family: 'butterworth' | 'bessel' }
  | { readonly family: 'chebyshev1'; readonly rippleDb: number }
  | { readonly family: 'chebyshev2'; readonly attenuationDb: number }
  | { readonly family: 'elliptic'; readonly rippleDb: number; readonly attenuationDb: number };

/** A recursive filter to design; a band-pass or band-stop has twice as many poles as its order. */
export type FilterDesign = FilterBand & FilterFamily & { readonly order: number; readonly sampleRateHz: number };

/** From order 11 on the roots of a Bessel polynomial lose digits; no other family was compared with SciPy beyond 25. */
const largestOrder = (family: FilterFamily['family']): number => (family === 'bessel' ? 10 : 25);

/**
 * Designs a recursive filter as second-order sections, equal to `scipy.signal.iirfilter(…, output='sos')`. The cut-off is where a Butterworth
 * filter is 3 dB down, a Chebyshev I or elliptic one leaves its ripple, and a Chebyshev II reaches its attenuation; a Bessel filter has the
 * asymptotes of the Butterworth filter.
 *
 * @throws {SignalError} `usage` for a rate that isn't above 0, a cut-off outside 0 to half the rate, an order outside 1 to 25 (Bessel: 10), or a ripple or an
 *   attenuation that can't be
 * @example designFilter({ family: 'butterworth', order: 3, band: 'bandpass', cutoffHz: [0.5, 40], sampleRateHz: 500 }) // three sections
 */
export function designFilter(design: FilterDesign): Sections {
  const { order, sampleRateHz, cutoffHz } = design;
  const highest = largestOrder(design.family);
  if (!Number.isInteger(order) || order < 1 || order > highest) {
    throw new SignalError('`order`', `a whole number from 1 to ${highest} (${design.family})`, order);
  }
  const analog = prototype(design);
  if (typeof cutoffHz === 'number') {
    const [cutoff] = checkedCutoffs([cutoffHz], sampleRateHz).map((hz) => warp(hz, sampleRateHz));
    return toSections(bilinear(design.band === 'lowpass' ? toLowPass(analog, cutoff) : toHighPass(analog, cutoff)));
  }
  const [low, high] = checkedCutoffs(cutoffHz, sampleRateHz).map((hz) => warp(hz, sampleRateHz));
  const move = design.band === 'bandpass' ? toBandPass : toBandStop;
  return toSections(bilinear(move(analog, low, high)));
}

function prototype(design: FilterFamily & { readonly order: number }): ZerosPolesGain {
  switch (design.family) {
    case 'butterworth':
      return butterworthPrototype(design.order);
    case 'bessel':
      return besselPrototype(design.order);
    case 'chebyshev1':
      return chebyshev1Prototype(design.order, decibels('rippleDb', design.rippleDb));
    case 'chebyshev2':
      return chebyshev2Prototype(design.order, decibels('attenuationDb', design.attenuationDb));
    case 'elliptic':
      return ellipticPrototype(
        design.order,
        decibels('rippleDb', design.rippleDb),
        decibels('attenuationDb', design.attenuationDb),
      );
  }
}

function decibels(name: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new SignalError(`\`${name}\``, 'finite and above 0 dB', value);
}

/** The frequency in rad/s at a rate of 2 that the bilinear transformation takes to `hz`. */
const warp = (hz: number, sampleRateHz: number): number => 4 * Math.tan((Math.PI * (hz / (sampleRateHz / 2))) / 2);

/**
 * The cut-offs themselves, ascending and each between 0 and half the rate.
 *
 * @throws {SignalError} `usage` otherwise, with the value and the bound
 */
export function checkedCutoffs(cutoffsHz: readonly number[], sampleRateHz: number): readonly number[] {
  if (!(sampleRateHz > 0 && Number.isFinite(sampleRateHz))) {
    throw new SignalError('`sampleRateHz`', 'finite and above 0', sampleRateHz);
  }
  const nyquist = sampleRateHz / 2;
  for (const [i, hz] of cutoffsHz.entries()) {
    if (!(hz > 0 && hz < nyquist)) {
      throw new SignalError('A cut-off', `above 0 and below ${nyquist} Hz, half the rate of ${sampleRateHz} Hz`, hz);
    }
    if (i > 0 && !(cutoffsHz[i - 1] < hz)) {
      throw new SignalError('Cut-offs', 'ascending', cutoffsHz);
    }
  }
  return cutoffsHz;
}
