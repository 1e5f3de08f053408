/** How many bins of one level make one of the next. */
const arity = 8;

/** A lead and the least and greatest value of every 8, 64, 512, … of its samples. */
export interface Pyramid {
  /** mV; NaN where a sample is missing. */
  readonly samples: Float32Array;
  readonly levels: readonly Level[];
}

interface Level {
  readonly min: Float32Array;
  readonly max: Float32Array;
}

/**
 * Builds the pyramid of a lead, which takes 2/7 of the lead's own memory. Bins hold samples that are there; a bin of missing ones alone has
 * min Infinity and max -Infinity.
 */
export function buildPyramid(samples: Float32Array): Pyramid {
  const levels: Level[] = [];
  let below: Level = { min: samples, max: samples };
  while (below.min.length >= 2 * arity) {
    const length = Math.floor(below.min.length / arity); // only whole bins: the rest is looked up one level below
    const level = { min: new Float32Array(length), max: new Float32Array(length) };
    for (let bin = 0; bin < length; bin++) {
      let [lowest, highest] = [Infinity, -Infinity];
      for (let i = bin * arity; i < (bin + 1) * arity; i++) {
        if (below.min[i] < lowest) lowest = below.min[i];
        if (below.max[i] > highest) highest = below.max[i];
      }
      level.min[bin] = lowest;
      level.max[bin] = highest;
    }
    levels.push(level);
    below = level;
  }
  return { samples, levels };
}

/**
 * Exact extremes of `columns` stretches of equal length between samples `from` and `to`, for drawing one stretch a pixel: a minute or a day of
 * samples cost nearly the same.
 *
 * @param out takes min and max of each column in turn, `2 * columns` long; Infinity and -Infinity where nothing is to be drawn
 */
export function extremes(pyramid: Pyramid, from: number, to: number, columns: number, out: Float32Array): void {
  const { length } = pyramid.samples;
  const step = (to - from) / columns;
  for (let column = 0; column < columns; column++) {
    const start = Math.max(0, Math.floor(from + column * step));
    const end = Math.min(length, Math.max(start + 1, Math.floor(from + (column + 1) * step)));
    extremesOf(pyramid, start, end, out, 2 * column);
  }
}

/** Climbs from both ends of the stretch: what doesn't fill a bin is looked at here, the rest one level above. */
function extremesOf({ samples, levels }: Pyramid, from: number, to: number, out: Float32Array, at: number): void {
  let [lowest, highest] = [Infinity, -Infinity];
  let [min, max] = [samples, samples];
  const look = (i: number): void => {
    if (min[i] < lowest) lowest = min[i];
    if (max[i] > highest) highest = max[i];
  };
  for (let level = 0; from < to; level++) {
    const above = levels[level];
    while (from < to && (!above || from % arity !== 0)) look(from++);
    while (from < to && to % arity !== 0) look(--to);
    if (!above) break;
    from /= arity;
    to /= arity;
    ({ min, max } = above);
  }
  out[at] = lowest;
  out[at + 1] = highest;
}
