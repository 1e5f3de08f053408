const digitBits = 11;
const digits = 1 << digitBits;
const largestKey = digits * digits - 1;

/** Numbers and their ranks, in buffers that are used again. */
export interface RankOrder {
  /** What to rank: whoever ranks writes it here. */
  readonly numbers: Float64Array;
  /** The rank of each number from 0, equal numbers having the same one; NaN has the highest. */
  readonly ranks: Int32Array;
  /** The number of each rank. */
  readonly values: Float64Array;
  /** Ranks the first `count` numbers, and tells the rank of NaN. */
  readonly rank: (count: number) => number;
}

/**
 * Ranks numbers by radix sort.
 *
 * It is a closure because V8 compiles the places of arrays that a function closes over into its loops, which makes them twice as fast.
 *
 * @param room how many numbers there are at most
 */
export function createRankOrder(room: number): RankOrder {
  const numbers = new Float64Array(room);
  const ranks = new Int32Array(room);
  const values = new Float64Array(room + 1);
  const keys = new Int32Array(room);
  const order = new Int32Array(room);
  const halfSorted = new Int32Array(room);
  const lowStarts = new Int32Array(digits);
  const highStarts = new Int32Array(digits);

  /** Puts what isn't NaN into `order`, sorted to a 4-millionth of the range: two passes by digits of 11 bits. */
  function sortRoughly(count: number): number {
    let low = Infinity;
    let high = -Infinity;
    for (let i = 0; i < count; i++) {
      const value = numbers[i];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const scale = largestKey / (high - low);
    lowStarts.fill(0);
    highStarts.fill(0);
    for (let i = 0; i < count; i++) {
      const value = numbers[i];
      const key = Number.isNaN(value) ? -1 : ((value - low) * scale) | 0; // 0 for all where the range is 0 or infinite
      keys[i] = key;
      if (key < 0) continue;
      lowStarts[key & (digits - 1)]++;
      highStarts[key >> digitBits]++;
    }
    let present = 0;
    let highs = 0;
    for (let digit = 0; digit < digits; digit++) {
      const ownLow = lowStarts[digit];
      const ownHigh = highStarts[digit];
      lowStarts[digit] = present;
      highStarts[digit] = highs;
      present += ownLow;
      highs += ownHigh;
    }
    for (let i = 0; i < count; i++) {
      const key = keys[i];
      if (key < 0) continue;
      const digit = key & (digits - 1);
      halfSorted[lowStarts[digit]++] = i;
    }
    for (let k = 0; k < present; k++) {
      const i = halfSorted[k];
      const digit = keys[i] >> digitBits;
      order[highStarts[digit]++] = i;
    }
    return present;
  }

  /** Insertion sort, as almost nothing is out of order; where much is, because a few numbers make the range, a sort by comparison. */
  function sortOut(count: number): void {
    let largest = -Infinity;
    let moves = 8 * count;
    for (let k = 0; k < count; k++) {
      const i = order[k];
      const value = numbers[i];
      if (value >= largest) {
        largest = value;
        continue;
      }
      let place = k;
      for (; place > 0 && numbers[order[place - 1]] > value; place--) order[place] = order[place - 1];
      order[place] = i;
      moves -= k - place;
      if (moves > 0) continue;
      order.subarray(0, count).sort((a, b) => numbers[a] - numbers[b]);
      return;
    }
  }

  function rank(count: number): number {
    const present = sortRoughly(count);
    sortOut(present);
    let next = 0;
    let last = NaN;
    for (let k = 0; k < present; k++) {
      const i = order[k];
      const value = numbers[i];
      if (value !== last) {
        last = value;
        values[next++] = value;
      }
      ranks[i] = next - 1;
    }
    values[next] = NaN;
    if (present < count) for (let i = 0; i < count; i++) if (keys[i] < 0) ranks[i] = next;
    return next;
  }

  return { numbers, ranks, values, rank };
}
