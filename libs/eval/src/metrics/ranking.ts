import { CardioError } from '@cardio/core';

/**
 * Examples from the lowest score to the highest, each as `place << 2 | positive << 1 | first`: which example it is, whether it is a positive,
 * and whether it is the first of its score. All that areas and curves need, in one pass over one array.
 */
export type Ranking = Uint32Array;

/** Memory that rankings of columns of the same length can share. */
interface Scratch {
  readonly keys: Uint32Array;
  readonly sortedKeys: Uint32Array;
  readonly places: Uint32Array;
}

/** Memory to rank up to N examples. */
export const createScratch = (n: number): Scratch => ({
  keys: new Uint32Array(n),
  sortedKeys: new Uint32Array(n),
  places: new Uint32Array(n),
});

/**
 * Ranks the examples whose label is known (not NaN); those of equal scores are in their order.
 *
 * Long arrays are sorted by the 22 highest bits in which their scores differ (a radix sort of two passes), and runs that agree in these by
 * insertion. That takes about a tenth of a sort with a comparator.
 *
 * @param scores `[N]`; N below 2^30
 * @param labels `[N]`, above 0.5 for positives, NaN for unknown ones
 * @throws CardioError `usage` for other than one label a score, `data` for a score that is NaN
 */
export function ranked(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  scratch: Scratch = createScratch(scores.length),
): Ranking {
  if (scores.length !== labels.length) {
    throw new CardioError('usage', `There are ${labels.length} labels for ${scores.length} scores.`);
  }
  const values = scores instanceof Float32Array || scores instanceof Float64Array ? scores : Float64Array.from(scores);
  const ranking = new Uint32Array(scores.length);
  let n = 0;
  for (let i = 0; i < ranking.length; i++) {
    const label = labels[i];
    ranking[n] = (i << 1) | (label > 0.5 ? 1 : 0);
    if (!Number.isNaN(label)) n++;
  }
  const known = ranking.subarray(0, n);
  if (n < smallest) sortByComparison(values, known);
  else sortByRadix(values, known, scratch);
  return known;
}

/** Below this many values, clearing the counts of a radix sort takes longer than sorting by comparison. */
const smallest = 512;

/** Bits of each of the two digits of a key. */
const digit = 11;
const buckets = 1 << digit;

type Values = Float32Array | Float64Array;

/** Places here are `place << 1 | positive` until they are sorted. */
function sortByComparison(values: Values, ranking: Uint32Array): void {
  for (const place of ranking) if (Number.isNaN(values[place >>> 1])) throw notANumber(values);
  ranking.sort((a, b) => values[a >>> 1] - values[b >>> 1] || a - b);
  markFirsts(values, ranking, 0, ranking.length);
}

function sortByRadix(values: Values, ranking: Uint32Array, { keys, sortedKeys, places }: Scratch): void {
  const n = ranking.length;
  const [least, most] = writeKeys(values, ranking, keys);
  const drop = Math.max(0, 32 - Math.clz32(most - least) - 2 * digit);
  const [low, high] = [new Uint32Array(buckets), new Uint32Array(buckets)];
  for (let i = 0; i < n; i++) {
    const key = (keys[i] - least) >>> drop;
    keys[i] = key;
    low[key & (buckets - 1)]++;
    high[key >>> digit]++;
  }
  startsOf(low);
  for (let i = 0; i < n; i++) {
    const key = keys[i];
    const to = low[key & (buckets - 1)]++;
    sortedKeys[to] = key;
    places[to] = ranking[i];
  }
  startsOf(high);
  for (let i = 0; i < n; i++) {
    const key = sortedKeys[i];
    const to = high[key >>> digit]++;
    keys[to] = key;
    ranking[to] = places[i];
  }
  for (let start = 0; start < n;) {
    const key = keys[start];
    let end = start + 1;
    while (end < n && keys[end] === key) end++;
    if (end === start + 1) ranking[start] = (ranking[start] << 1) | 1;
    else {
      sortRun(values, ranking, start, end);
      markFirsts(values, ranking, start, end);
    }
    start = end;
  }
}

/** Writes the upper 32 bits of the scores as integers that ascend as the scores do, and gives the least and the greatest of them. */
function writeKeys(values: Values, places: Uint32Array, keys: Uint32Array): [least: number, most: number] {
  const single = values instanceof Float32Array;
  const words = new Uint32Array(values.buffer, values.byteOffset, single ? values.length : 2 * values.length);
  const [stride, offset, infinity] = single ? [1, 0, 0x7f800000] : [2, highWord, 0x7ff00000];
  let [least, most] = [0xffffffff, 0];
  for (let i = 0; i < places.length; i++) {
    const word = words[(places[i] >>> 1) * stride + offset];
    const key = (word & 0x80000000 ? -word : word | 0x80000000) >>> 0; // the same for -0 and 0
    keys[i] = key;
    if (key < least) least = key;
    if (key > most) most = key;
  }
  if (most > infinity + 0x80000000 || least < 0x80000000 - infinity) throw notANumber(values);
  return [least, most];
}

/** From how many there are of each digit to where each begins. */
function startsOf(counts: Uint32Array): void {
  for (let b = 0, sum = 0; b < buckets; b++) {
    const count = counts[b];
    counts[b] = sum;
    sum += count;
  }
}

/** Sorts places whose keys are the same: by insertion, as most of these runs are short, and of equal scores in order already. */
function sortRun(values: Values, places: Uint32Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const place = places[i];
    const value = values[place >>> 1];
    let at = i;
    for (; at > start && values[places[at - 1] >>> 1] > value; at--) places[at] = places[at - 1];
    places[at] = place;
    if (i - at > 64) {
      places.subarray(start, end).sort((a, b) => values[a >>> 1] - values[b >>> 1] || a - b);
      return;
    }
  }
}

/** Adds to sorted places whether each is the first of its score. */
function markFirsts(values: Values, places: Uint32Array, start: number, end: number): void {
  let before = NaN;
  for (let i = start; i < end; i++) {
    const value = values[places[i] >>> 1];
    places[i] = (places[i] << 1) | (value === before ? 0 : 1);
    before = value;
  }
}

function notANumber(values: Values): CardioError {
  const place = values.findIndex((value) => Number.isNaN(value));
  return new CardioError('data', `Score ${place} is NaN: what the model gave can't be ranked.`);
}

/** Where the upper half of a float64 lies in its two words. */
const highWord = new Uint8Array(Uint16Array.of(1).buffer)[0];
