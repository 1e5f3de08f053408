import { CardioError, createRandom } from '@cardio/core';

/** A bootstrap sample of rows. What it holds is overwritten by the next one. */
export interface Resample {
  /** `[N]` how often each row is in it. */
  readonly counts: Uint32Array;
  /** The rows in it, each as often as it was drawn. */
  readonly rows: Uint32Array;
}

/** How bootstrap samples are drawn. */
export interface ResampleOptions {
  /** 1000 by default. */
  readonly resamples?: number;
  /** 0 by default; the same seed gives the same samples. */
  readonly seed?: number;
  /** `[N]` what rows have in common, such as their patient: all rows of one are drawn together, and as many are drawn as there are. */
  readonly clusters?: readonly string[];
  /** Samples for which this is false are drawn again. */
  readonly accept?: (counts: Uint32Array) => boolean;
}

/** Draws samples of rows, or of clusters of rows, with replacement. */
interface Resampler {
  /** What is drawn: clusters, or single rows. */
  readonly units: number;
  /** All rows, once each. */
  all(): Resample;
  /** All rows but those of one unit. */
  without(unit: number): Resample;
  /** The next sample; `null` when too few are accepted. */
  draw(): Resample | null;
}

/**
 * @param rows N
 * @throws CardioError `usage` for other than one cluster a row
 */
export function createResampler(rows: number, options: ResampleOptions): Resampler {
  const { resamples = 1000, seed = 0, clusters, accept } = options;
  if (clusters && clusters.length !== rows) {
    throw new CardioError('usage', `There are ${clusters.length} clusters for ${rows} rows.`);
  }
  const { members, starts } = clusters ? membersOf(clusters) : single(rows);
  const units = starts.length - 1;
  let longest = 0;
  for (let unit = 0; unit < units; unit++) longest = Math.max(longest, starts[unit + 1] - starts[unit]);
  const memory = new Uint32Array(longest * units);
  const counts = new Uint32Array(rows);
  let n = 0;
  const add = (unit: number): void => {
    for (let i = starts[unit]; i < starts[unit + 1]; i++) {
      counts[members[i]]++;
      memory[n++] = members[i];
    }
  };
  const clear = (): void => {
    counts.fill(0);
    n = 0;
  };
  const current = (): Resample => ({ counts, rows: memory.subarray(0, n) });
  const allBut = (left?: number): Resample => {
    clear();
    for (let unit = 0; unit < units; unit++) if (unit !== left) add(unit);
    return current();
  };
  const random = createRandom(seed);
  let patience = triesPerSample * resamples;
  return {
    units,
    all: () => allBut(),
    without: allBut,
    draw: () => {
      while (patience-- > 0) {
        clear();
        for (let i = 0; i < units; i++) add(random.integer(units));
        if (!accept || accept(counts)) return current();
      }
      return null;
    },
  };
}

/** On the average; more, and what was asked for is too rare to wait for. */
const triesPerSample = 200;

/** The rows of all units one after another, and where each unit's begin. */
interface Members {
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
}

const single = (rows: number): Members => ({
  members: Uint32Array.from({ length: rows }, (_, row) => row),
  starts: Uint32Array.from({ length: rows + 1 }, (_, row) => row),
});

function membersOf(clusters: readonly string[]): Members {
  const rows = new Map<string, number[]>();
  clusters.forEach((cluster, row) => {
    const known = rows.get(cluster);
    if (known) known.push(row);
    else rows.set(cluster, [row]);
  });
  const starts = new Uint32Array(rows.size + 1);
  [...rows.values()].forEach((list, unit) => (starts[unit + 1] = starts[unit] + list.length));
  return { members: Uint32Array.from([...rows.values()].flat()), starts };
}
