/** Medians in a window that slides over ranks, in buffers that are used again. */
export interface WindowMedian {
  /** The ranks to slide over: whoever slides writes them here. */
  readonly row: Int32Array;
  /**
   * Writes the lower median of each window of `taps` ranks that fits into the first `count` of {@link row}.
   *
   * @param missing a rank above all others, which counts only where a window has no other
   */
  readonly slide: (count: number, taps: number, missing: number, medians: Int32Array) => void;
}

/**
 * Finds running medians: how often each rank is in the window is counted, and a bit set where it is at all; the median moves by a rank or so a
 * step, to the next bit. So a step's cost hardly depends on the width of the window.
 *
 * @param room how many ranks a row has at most, and how many different ones
 */
export function createWindowMedian(room: number): WindowMedian {
  const row = new Int32Array(room);
  const counts = new Int32Array(room);
  const bits = new Int32Array((room >> 5) + 1);

  function slide(count: number, taps: number, missing: number, medians: Int32Array): void {
    counts.fill(0, 0, missing + 1);
    bits.fill(0, 0, (missing >> 5) + 1);
    for (let i = 0; i < taps; i++) {
      const rank = row[i];
      counts[rank]++;
      bits[rank >> 5] |= 1 << rank;
    }
    let median = 0;
    let below = 0; // how many in the window are below the median
    for (let start = 0; ; start++) {
      const wanted = Math.max(0, (taps - counts[missing] - 1) >> 1);
      while (below > wanted) {
        let word = median >> 5;
        let set = bits[word] & ((1 << median) - 1);
        while (set === 0) set = bits[--word];
        median = (word << 5) + 31 - Math.clz32(set);
        below -= counts[median];
      }
      while (below + counts[median] <= wanted) {
        below += counts[median];
        let word = (median + 1) >> 5;
        let set = bits[word] & (-1 << (median + 1));
        while (set === 0) set = bits[++word];
        median = (word << 5) + 31 - Math.clz32(set & -set);
      }
      medians[start] = median;
      if (start + taps >= count) return;
      const removed = row[start];
      const left = counts[removed] - 1;
      counts[removed] = left;
      bits[removed >> 5] &= ~(((left - 1) >>> 31) << removed); // cleared when none is left, without a branch
      const added = row[start + taps];
      counts[added]++;
      bits[added >> 5] |= 1 << added;
      below += ((added - median) >>> 31) - ((removed - median) >>> 31); // the sign bits of the differences
    }
  }

  return { row, slide };
}
