import { CardioError, type Signal } from '@cardio/core';
import { likenessNames, likenessNumbers } from './beats-likeness.js';
import { referenceBeats } from './beats-reference.js';
import { rhythmNames, rhythmNumbers } from './beats-rhythm.js';

/** What describes a beat in a sequence, in this order: its timing and its likeness to its record's median beat, each between -1 and 1. */
export const beatNumberNames: readonly string[] = [...rhythmNames, ...likenessNames];

/**
 * A sequence around each beat, made of what describes the beats: `[beats * F]` each, row-major over beats, then the numbers of
 * {@link beatNumberNames}, the beat itself in the middle. Past the record's ends its first or last beat is repeated; beats closer to an end of
 * the signal than a window take its first or last sample.
 *
 * The whole record is used, so this is for records that are complete (offline).
 *
 * @param signal prepared; its first lead is looked at
 * @param peaks samples of the R peaks, ascending, from annotations or a detector
 * @param beats length of the sequences, odd
 * @throws {CardioError} `usage` for an even number of beats; `data` for fewer than two peaks
 */
export function beatSequences(signal: Signal, peaks: readonly number[], beats: number): Float32Array[] {
  if (!Number.isInteger(beats) || beats < 1 || beats % 2 === 0) {
    throw new CardioError('usage', `\`beats\` must be odd, so that one is in the middle. Received: ${beats}.`);
  }
  const toAll = likenessNumbers(signal, peaks);
  const reference = referenceBeats(signal, peaks, toAll);
  const rhythm = rhythmNumbers(peaks, signal.sampleRateHz, reference.intervals);
  const likeness = reference.beats.length === peaks.length ? toAll : likenessNumbers(signal, peaks, reference.beats);
  const size = beatNumberNames.length;
  const half = (beats - 1) / 2;
  return peaks.map((_, beat) => {
    const sequence = new Float32Array(beats * size);
    for (let b = 0; b < beats; b++) {
      const at = Math.min(peaks.length - 1, Math.max(0, beat - half + b));
      sequence.set(rhythm[at], b * size);
      sequence.set(likeness[at], b * size + rhythm[at].length);
    }
    return sequence;
  });
}
