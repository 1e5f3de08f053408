import { CardioError, createRandom, hash32, type Batch, type Random } from '@cardio/core';

import { codeUse, dimensionOf, nearestCodes, type Codebook, type CodeUse } from './codebook.js';
import { kMeans, kMeansStart, sumsByCode } from './k-means.js';
import { cutPatches } from './patches.js';

/** How a codebook is learned. */
export interface CodebookOptions {
  /** Samples per patch. */
  readonly patch: number;
  /** K, how many codes. */
  readonly codes: number;
  /** Passes over the data after the start. */
  readonly passes: number;
  /** Patches that the start is made from. */
  readonly startPatches: number;
  /** Share of the old counts and sums that a batch keeps. */
  readonly decay: number;
  readonly seed: number;
}

/** A pass over the data. */
export interface CodebookPass extends CodeUse {
  /** From 1. */
  readonly pass: number;
  /** Mean squared difference of a number and its code's, of what the patches have as mean square: 0 is perfect, 1 as good as zeros. */
  readonly error: number;
  /** Codes that were dead and got a new place. */
  readonly revived: number;
  /** `[K]`, how many patches had each code. */
  readonly counts: readonly number[];
}

const lloydIterations = 10;

/**
 * Learns a codebook of the patches of a signal as they are, each all leads of so many samples: k-means++ and Lloyd on a sample, then moving averages
 * over batches (van den Oord et al., NeurIPS 2017, appendix A.1): counts `N ← γN + (1-γ)n`, sums `m ← γm + (1-γ)Σx`, vectors `m / N`. A code whose
 * count falls under a hundredth of the mean one is dead, and goes to a random patch of the batch. It depends on data and options alone.
 *
 * @param epoch gives the batches of pass `i`; pass 0 is the start's
 * @throws CardioError `data` for fewer different patches than codes
 */
export async function learnCodebook(
  epoch: (index: number) => AsyncIterable<Batch>,
  options: CodebookOptions,
  onPass: (pass: CodebookPass) => void = () => undefined,
): Promise<Codebook> {
  const { patch, codes: size, passes, seed } = options;
  const { rows, leads } = await startRows(epoch(0), options);
  const dimension = dimensionOf({ patch, leads });
  const start = kMeansStart(rows, dimension, size, createRandom(hash32('codebook start', seed)));
  const book = new MovingCodebook(await kMeans(rows, start, size, lloydIterations), options);
  await book.begin(rows);
  for (let pass = 1; pass <= passes; pass++) {
    const random = createRandom(hash32(`codebook pass ${pass}`, seed));
    const uses = new Float64Array(size);
    let [error, squares, numbers, revived] = [0, 0, 0, 0];
    for await (const { x, shape } of epoch(pass)) {
      const patches = cutPatches(x, shape, patch);
      const moved = await book.update(patches, random);
      moved.counts.forEach((n, k) => (uses[k] += n));
      error += moved.error * patches.length;
      squares += patches.reduce((sum, value) => sum + value * value, 0);
      numbers += patches.length;
      revived += moved.revived;
    }
    if (numbers === 0) throw new CardioError('data', 'There are no patches to learn a codebook from.');
    onPass({ pass, ...codeUse(uses), error: squares > 0 ? error / squares : 0, revived, counts: Array.from(uses) });
  }
  return { patch, leads, size, vectors: book.vectors };
}

/** A codebook that follows the patches that it is shown. */
class MovingCodebook {
  readonly size: number;
  private readonly dimension: number;
  private counts: Float64Array = new Float64Array(0);
  private sums: Float64Array = new Float64Array(0);

  constructor(
    /** `[K, D]` */
    readonly vectors: Float32Array,
    private readonly options: CodebookOptions,
  ) {
    this.size = options.codes;
    this.dimension = vectors.length / this.size;
  }

  /** Takes counts and sums of the rows that the start was made from. */
  async begin(rows: Float32Array): Promise<void> {
    const { codes } = await nearestCodes(this, rows);
    const { counts } = sumsByCode(rows, codes, this.size, this.dimension);
    this.counts = counts.map((n) => Math.max(n, 1) / rows.length); // any unit will do: they are averages
    this.sums = Float64Array.from(this.vectors, (value, j) => value * this.counts[Math.floor(j / this.dimension)]);
  }

  async update(
    patches: Float32Array,
    random: Random,
  ): Promise<{ counts: Float64Array; error: number; revived: number }> {
    const { size, dimension, vectors } = this;
    const { decay } = this.options;
    const { codes, error } = await nearestCodes(this, patches);
    const { counts, sums } = sumsByCode(patches, codes, size, dimension);
    const share = (1 - decay) / codes.length; // counts are shares of the patches, whatever the size of the batch
    let total = 0;
    for (let k = 0; k < size; k++) total += this.counts[k] = decay * this.counts[k] + share * counts[k];
    for (let j = 0; j < sums.length; j++) this.sums[j] = decay * this.sums[j] + share * sums[j];
    let revived = 0;
    for (let k = 0; k < size; k++) {
      const at = k * dimension;
      if (this.counts[k] < total / size / 100) {
        const from = random.integer(codes.length) * dimension;
        this.counts[k] = total / size;
        for (let d = 0; d < dimension; d++) this.sums[at + d] = patches[from + d] * this.counts[k];
        revived++;
      }
      for (let d = 0; d < dimension; d++) vectors[at + d] = this.sums[at + d] / this.counts[k];
    }
    return { counts, error, revived };
  }
}

/** Patches for the start: evenly from all batches, as many of each example. */
async function startRows(
  batches: AsyncIterable<Batch>,
  { patch, codes, startPatches, seed }: CodebookOptions,
): Promise<{ rows: Float32Array; leads: number }> {
  const random = createRandom(hash32('codebook sample', seed));
  const wanted = Math.max(startPatches, 4 * codes);
  const kept: Float32Array[] = [];
  let [seen, leads] = [0, 0];
  for await (const { x, shape } of batches) {
    leads = shape.leads;
    const dimension = dimensionOf({ patch, leads });
    const patches = cutPatches(x, shape, patch);
    // reservoir sampling (Vitter 1985, algorithm R)
    for (let from = 0; from < patches.length; from += dimension) {
      const place = seen++ < wanted ? seen - 1 : random.integer(seen);
      if (place < wanted) kept[place] = patches.slice(from, from + dimension);
    }
  }
  if (kept.length === 0) throw new CardioError('data', 'There are no patches to learn a codebook from.');
  const rows = new Float32Array(kept.length * dimensionOf({ patch, leads }));
  kept.forEach((row, i) => rows.set(row, i * row.length));
  return { rows, leads };
}
