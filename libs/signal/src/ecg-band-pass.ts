import { designFilter } from './filter-design.js';
import type { Samples } from './gaps.js';
import type { Sections } from './sections.js';
import { sosfiltfilt, type ZeroPhaseOptions } from './sosfilt.js';

/** The pass bands of ECG monitors and of diagnostic recorders, in Hz (AHA/ACC/HRS 2007, Kligfield et al., J Am Coll Cardiol 49:1109). */
export const ecgBandsHz = { monitoring: [0.5, 40], diagnostic: [0.05, 150] } as const;

/**
 * Filters one lead to the band of an ECG: Butterworth of order 3, zero phase, in second-order sections.
 *
 * @param band `monitoring`: 0.5 to 40 Hz, quiet but with a distorted ST segment; `diagnostic`: 0.05 to 150 Hz, for rates above 300 Hz
 * @throws {SignalError} as {@link designFilter} and {@link sosfiltfilt} do
 * @example ecgBandPass(lead, 500)
 */
export function ecgBandPass<T extends Samples>(
  samples: T,
  sampleRateHz: number,
  band: keyof typeof ecgBandsHz = 'monitoring',
  options?: ZeroPhaseOptions,
): T {
  return sosfiltfilt(sectionsFor(band, sampleRateHz), samples, options);
}

const designed = new Map<string, Sections>();

/** The filter of a band and rate; the last few are kept, because leads and records come with the same ones. */
function sectionsFor(band: keyof typeof ecgBandsHz, sampleRateHz: number): Sections {
  const key = `${band} ${sampleRateHz}`;
  const known = designed.get(key);
  if (known) return known;
  const cutoffHz = ecgBandsHz[band];
  const sections = designFilter({ family: 'butterworth', order: 3, band: 'bandpass', cutoffHz, sampleRateHz });
  if (designed.size >= 8) designed.clear();
  designed.set(key, sections);
  return sections;
}
