import { designFilter } from './filter-design.js';
import type { Samples } from './gaps.js';
import { sosfiltfilt, type ZeroPhaseOptions } from './sosfilt.js';

/** The pass bands of ECG monitors and of diagnostic recorders, in Hz (AHA/ACC/HRS 2007, Kligfield et al., J Am Coll Cardiol 49:1109). */
export const ecgBandsHz = { monitoring: [0.5, 40], diagnostic: [0.05, 150] } as const;

/**
 * Filters one lead to the band of an ECG: Butterworth of order 3, zero phase, in second-order sections.
 *
 * @param band `monitoring`: 0.5 to 40 Hz, quiet but with a distorted ST segment; `diagnostic`: 0.05 to 150 Hz, for rates above 300 Hz
 * @throws {CardioError} as {@link designFilter} and {@link sosfiltfilt} do
 * @example ecgBandPass(lead, 500)
 */
export function ecgBandPass<T extends Samples>(
  samples: T,
  sampleRateHz: number,
  band: keyof typeof ecgBandsHz = 'monitoring',
  options?: ZeroPhaseOptions,
): T {
  const cutoffHz = ecgBandsHz[band];
  const sections = designFilter({ family: 'butterworth', order: 3, band: 'bandpass', cutoffHz, sampleRateHz });
  return sosfiltfilt(sections, samples, options);
}
