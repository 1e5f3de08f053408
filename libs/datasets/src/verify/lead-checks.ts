import { invalidSample, type SignalSpec } from '@cardio/wfdb';

/** What the samples of one lead show. Shares are of all its samples. */
interface LeadQuality {
  /** Not valid. */
  readonly missing: number;
  /** In stretches of one unchanging value that last at least a second. */
  readonly flat: number;
  /** In runs of three or more at the least or the greatest value of the analogue-to-digital converter. */
  readonly clipped: number;
}

const clippedRun = 3;

/**
 * Looks at a lead's ADC values.
 *
 * @param samples as `readChannels` with `digital` gives them
 * @param spec tells the converter's range: `2^adcResolution` values around `adcZero`
 * @param sampleRateHz of this lead
 */
export function leadQuality(samples: Int32Array, spec: SignalSpec, sampleRateHz: number): LeadQuality {
  const half = 2 ** (spec.adcResolution - 1);
  const least = spec.adcZero - half;
  const greatest = spec.adcZero + half - 1;
  const flatRun = Math.max(2, Math.ceil(sampleRateHz));
  let missing = 0;
  let flat = 0;
  let clipped = 0;
  for (let start = 0; start < samples.length;) {
    const value = samples[start];
    let end = start + 1;
    while (end < samples.length && samples[end] === value) end++;
    const run = end - start;
    if (value === invalidSample) missing += run;
    else {
      if (run >= flatRun) flat += run;
      if (run >= clippedRun && (value <= least || value >= greatest)) clipped += run;
    }
    start = end;
  }
  const length = Math.max(1, samples.length);
  return { missing: missing / length, flat: flat / length, clipped: clipped / length };
}
