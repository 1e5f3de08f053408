import { CardioError, type Random } from '@cardio/core';

/** Which patches are hidden. */
export interface MaskOptions {
  /** Of the patches. */
  readonly share: number;
  /** Longest stretch that is drawn at once, in patches. */
  readonly longestSpan: number;
}

/**
 * Hides stretches of neighbouring patches, as BEiT's blocks (Bao et al., ICLR 2022, algorithm 1) and SpanBERT's spans (Joshi et al., TACL 2020): each of 1 to
 * `longestSpan` patches, at random places that may touch or overlap, until the share is reached exactly, rounded to whole patches. At least one
 * patch is hidden and one is not.
 *
 * @returns `[size, patches]`, 1 where hidden
 * @throws CardioError `usage` for fewer than two patches
 */
export function maskSpans(size: number, patches: number, options: MaskOptions, random: Random): Float32Array {
  if (patches < 2) throw new CardioError('usage', `Masking needs at least two patches; received ${patches}.`);
  const wanted = Math.min(patches - 1, Math.max(1, Math.round(options.share * patches)));
  const mask = new Float32Array(size * patches);
  for (let i = 0; i < size; i++) {
    const row = mask.subarray(i * patches, (i + 1) * patches);
    for (let left = wanted; left > 0;) {
      const length = Math.min(left, 1 + random.integer(options.longestSpan));
      const start = random.integer(patches - length + 1);
      for (let p = start; p < start + length; p++) {
        left -= 1 - row[p];
        row[p] = 1;
      }
    }
  }
  return mask;
}
