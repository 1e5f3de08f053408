import { designFilter } from '../filter-design.js';
import type { Samples } from '../gaps.js';
import { sosfiltfilt } from '../sosfilt.js';
import { checkLead } from './check-lead.js';
import { movingMean } from './moving-mean.js';
import { placePeaks } from './place-peaks.js';

/** The paper's band in Hz, durations of a complex and of a beat in s, and threshold as a share of the mean energy. */
const paper = { bandHz: [8, 20], complexSeconds: 0.097, beatSeconds: 0.611, share: 0.08 } as const;

/** Complexes follow one another no faster than this, in s. */
const refractorySeconds = 0.2;

/**
 * The R peaks of one lead by two moving averages (Elgendi, PLoS ONE 8(9):e73557, 2013): where the mean energy between 8 and 20 Hz over the length of a
 * complex (97 ms) is above that over a beat (611 ms) by a share of the record's mean, for 97 ms or longer, there is a complex. The five numbers are the
 * paper's, which found them on MIT-BIH itself. Different here: the record's mean is the median of those of stretches of 3 s, so that one
 * artefact does not hide all beats; two complexes are 200 ms apart or more; marks are on the extreme of the complex.
 *
 * Missing samples (NaN) hold no beat and spread nowhere. Baseline, offset, unit and direction of the lead make no difference.
 *
 * @param samples one lead, in any unit
 * @param sampleRateHz 100 Hz or more
 * @returns samples, ascending
 * @throws {SignalError} `usage` for a rate below 100 Hz; `data` for less than 1 s, nothing but missing samples or an infinite one
 */
export function twoMovingAverages(samples: Samples, sampleRateHz: number): number[] {
  checkLead(samples, sampleRateHz);
  const sections = designFilter({
    family: 'butterworth',
    order: 3,
    band: 'bandpass',
    cutoffHz: paper.bandHz,
    sampleRateHz,
  });
  const energy = sosfiltfilt(sections, Float64Array.from(samples), { missing: 'interpolate' }).map((v) => v * v);
  const complexSamples = Math.round(paper.complexSeconds * sampleRateHz);
  const complex = movingMean(energy, complexSamples);
  const beat = movingMean(energy, Math.round(paper.beatSeconds * sampleRateHz));
  const offset = paper.share * typicalMean(energy, Math.round(3 * sampleRateHz));

  const found: number[] = [];
  let from = 0;
  while (from < energy.length) {
    let to = from;
    let strongest = from;
    for (; to < energy.length && complex[to] > beat[to] + offset; to++) {
      if (energy[to] > energy[strongest]) strongest = to;
    }
    const tooSoon = strongest - found[found.length - 1] < refractorySeconds * sampleRateHz;
    if (to - from >= complexSamples && !tooSoon) found.push(strongest);
    from = to + 1;
  }
  return placePeaks(samples, sampleRateHz, found);
}

/**
 * The median of the means of stretches of `length`, without silent ones (gaps, an electrode that is off), which have less than 10⁻⁹ of the loudest;
 * the mean of all when there is less than one stretch.
 */
function typicalMean(values: Float64Array, length: number): number {
  const whole = Math.min(length, values.length);
  const means: number[] = [];
  for (let from = 0; from + whole <= values.length; from += whole) {
    means.push(values.subarray(from, from + whole).reduce((sum, value) => sum + value, 0) / whole);
  }
  means.sort((a, b) => a - b);
  const heard = means.filter((mean) => mean >= 1e-9 * means[means.length - 1]);
  return heard[heard.length >> 1];
}
