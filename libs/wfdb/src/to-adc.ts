import { WfdbError } from './errors.js';
import type { SampleFormat } from './formats.js';
import { millivoltsIn } from './units.js';

/** How physical values become ADC values: `round(value * gain) + baseline`. */
interface AdcScale {
  /** ADC units per physical unit. */
  readonly gain: number;
  readonly baseline: number;
}

/** The largest baseline readers hold, 32 bits. */
const most32 = 2 ** 31 - 1;

/**
 * The scale that spreads a lead's values over nearly all that the format holds, leaving one value free at each end for rounding.
 * A lead of one value is spread from 0; one with no valid sample gets gain 1.
 */
export function scaleToRange(samples: Float32Array, units: string, { invalid }: SampleFormat): AdcScale {
  const most = -invalid - 2;
  let low = Infinity;
  let high = -Infinity;
  for (const sample of samples) {
    if (sample < low) low = sample;
    if (sample > high) high = sample;
  }
  const perUnit = millivoltsIn(units);
  low /= perUnit;
  high /= perUnit;
  if (low > high || (low === 0 && high === 0)) return { gain: 1, baseline: 0 };
  const farthest = Math.max(Math.abs(low), Math.abs(high));
  if (low === high) return { gain: most / farthest, baseline: 0 };
  const gain = Math.min((2 * most) / (high - low), (most32 - most) / farthest);
  return { gain, baseline: Math.round((-gain * (low + high)) / 2) };
}

/** A scale, the unit it is for, and where the samples go. */
interface ToAdcOptions extends AdcScale {
  readonly units: string;
  readonly format: SampleFormat;
  /** Named in messages. */
  readonly place: string;
}

/**
 * Millivolts, or other units as they are, as ADC values; NaN as the format's mark of an invalid sample.
 *
 * @throws {WfdbError} for a sample beyond what the format holds, a scale that is none, or NaN in a format without a mark
 */
export function toAdc(samples: Float32Array, { gain, baseline, units, format, place }: ToAdcOptions): Int32Array {
  const { invalid, differences } = format;
  if (!(gain > 0 && gain < Infinity && Number.isInteger(baseline) && Math.abs(baseline) <= most32)) {
    throw new WfdbError(
      place,
      `gain ${gain} with baseline ${baseline}: take a gain above 0 and a baseline of 32 bits.`,
    );
  }
  const perUnit = millivoltsIn(units);
  const adc = new Int32Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const value = Math.round((samples[i] / perUnit) * gain) + baseline;
    if (value <= invalid || value >= -invalid) {
      throw new WfdbError(
        place,
        `sample ${i}, ${samples[i] / perUnit} ${units}, is ${value} ADC units at gain ${gain}; the format holds ${invalid + 1} to ${-invalid - 1}. Lower \`gain\`, or let \`range\` choose it.`,
      );
    }
    if (differences && Number.isNaN(value)) {
      throw new WfdbError(place, `sample ${i} is NaN, which a format of differences can't mark. Take format 16.`);
    }
    adc[i] = Number.isNaN(value) ? invalid : value;
  }
  return adc;
}
