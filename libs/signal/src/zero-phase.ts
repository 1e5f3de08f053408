import { SignalError } from './errors.js';
import { bridged, type Samples } from './gaps.js';
import type { Sections } from './sections.js';
import { checkPadding, defaultPadding, sosfiltZi, type ZeroPhaseOptions } from './sosfilt.js';

/** How many leads are filtered at once: as many as a processor needs to be busy while each waits for its sample before. */
const abreast = 4;

/**
 * Filters leads of one length as `sosfiltfilt` does each, four at a time, which takes half as long as one after the other.
 *
 * @throws {SignalError} `usage` for leads of different lengths, and as `sosfiltfilt` does
 * @example zeroPhase(designFilter({ family: 'butterworth', order: 3, band: 'bandpass', cutoffHz: [0.5, 40], sampleRateHz: 500 }), signal.samples)
 */
export function zeroPhase<T extends Samples>(
  sections: Sections,
  leads: readonly T[],
  { padLength = defaultPadding(sections), missing = 'error' }: ZeroPhaseOptions = {},
): T[] {
  const lengths = leads.map(({ length }) => length);
  if (lengths.some((length) => length !== lengths[0])) {
    throw new SignalError('The lengths of `leads`', 'equal', lengths);
  }
  checkPadding(lengths[0] ?? Infinity, padLength);
  const steady = sosfiltZi(sections);
  const results = leads.map((lead) => lead.slice() as T);
  for (let first = 0; first < leads.length; first += abreast) {
    // A lead that isn't there is replaced by the last one, whose result is then written twice.
    const four = Array.from({ length: abreast }, (_, lane) => Math.min(first + lane, leads.length - 1));
    const rows = four.map((l) => leads[l]);
    const work = workbench(abreast * (lengths[0] + 2 * padLength));
    if (!interleave(rows, padLength, work)) {
      interleave(
        rows.map((lead) => bridged(lead, missing)),
        padLength,
        work,
      );
    }
    for (let direction = 0; direction < 2; direction++) {
      filterAbreast(sections, steady, work);
      work.reverse(); // the order of the leads as well, and back
    }
    separate(
      work,
      padLength,
      four.map((l) => results[l]),
    );
  }
  if (missing === 'keep') for (const [l, lead] of leads.entries()) markMissing(lead, results[l]);
  return results;
}

let scratch = new Float64Array(0);

/** A buffer that is used again, because making one takes as long as filling it. */
function workbench(length: number): Float64Array {
  if (scratch.length !== length) scratch = new Float64Array(length);
  return scratch;
}

/**
 * Writes one sample of each lead, then the next of each, the leads turned by half a turn around their end points at both ends.
 *
 * @returns whether all samples were finite
 */
function interleave(leads: readonly Samples[], padLength: number, work: Float64Array): boolean {
  const [a, b, c, d] = leads;
  const begin = abreast * padLength;
  let sum = 0;
  for (let i = 0, at = begin; i < a.length; i++, at += 4) {
    work[at] = a[i];
    work[at + 1] = b[i];
    work[at + 2] = c[i];
    work[at + 3] = d[i];
    sum += (a[i] + b[i] + (c[i] + d[i])) * 0; // NaN from the first one on that isn't finite
  }
  const end = begin + abreast * (a.length - 1);
  for (let k = 1; k <= padLength; k++) {
    for (let lane = 0; lane < abreast; lane++) {
      const [first, last] = [begin + lane, end + lane];
      work[first - abreast * k] = 2 * work[first] - work[first + abreast * k];
      work[last + abreast * k] = 2 * work[last] - work[last - abreast * k];
    }
  }
  return sum === 0;
}

function separate(work: Float64Array, padLength: number, [a, b, c, d]: readonly Samples[]): void {
  for (let i = 0, at = abreast * padLength; i < a.length; i++, at += 4) {
    a[i] = work[at];
    b[i] = work[at + 1];
    c[i] = work[at + 2];
    d[i] = work[at + 3];
  }
}

function markMissing(lead: Samples, result: Samples): void {
  for (let i = 0; i < lead.length; i++) if (Number.isNaN(lead[i])) result[i] = NaN;
}

/** Direct form II, transposed, each section in its steady state of the first sample. */
function filterAbreast(sections: Sections, steady: Float64Array, work: Float64Array): void {
  const [x, y, z, w] = work;
  for (let s = 0; s < sections.length; s++) {
    const [b0, b1, b2, , a1, a2] = sections[s];
    const [first, second] = [steady[2 * s], steady[2 * s + 1]];
    let [x0, y0, z0, w0] = [first * x, first * y, first * z, first * w];
    let [x1, y1, z1, w1] = [second * x, second * y, second * z, second * w];
    for (let i = 0; i + 3 < work.length; i += 4) {
      const x = work[i];
      const xs = b0 * x + x0;
      x0 = b1 * x + x1 - a1 * xs;
      x1 = b2 * x - a2 * xs;
      work[i] = xs;
      const y = work[i + 1];
      const ys = b0 * y + y0;
      y0 = b1 * y + y1 - a1 * ys;
      y1 = b2 * y - a2 * ys;
      work[i + 1] = ys;
      const z = work[i + 2];
      const zs = b0 * z + z0;
      z0 = b1 * z + z1 - a1 * zs;
      z1 = b2 * z - a2 * zs;
      work[i + 2] = zs;
      const w = work[i + 3];
      const ws = b0 * w + w0;
      w0 = b1 * w + w1 - a1 * ws;
      w1 = b2 * w - a2 * ws;
      work[i + 3] = ws;
    }
  }
}
