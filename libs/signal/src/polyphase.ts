import { bessel } from './bessel.js';
import type { Samples } from './gaps.js';
import type { RateChange } from './rate-change.js';

/** The taps for outputs that lie `phase` (0 to `up` - 1) after an input on the grid of up · fromHz, from input `from` of there on. */
interface Phase {
  readonly from: number;
  readonly taps: Float64Array;
}

/** A low-pass filter cut into phases; `reach` is how far they go beyond a sample at most. */
interface Polyphase {
  readonly phases: readonly Phase[];
  readonly reach: number;
}

const known = new Map<string, Polyphase>();

/** The filter of a change of rate; the last few are kept, because leads and records come with the same one. */
export function polyphase({ up, down }: RateChange): Polyphase {
  const key = `${up}/${down}`;
  const kept = known.get(key);
  if (kept) return kept;
  const filter = lowPass(up, down);
  const half = (filter.length - 1) / 2;
  const phases = Array.from({ length: up }, (_, phase): Phase => {
    const from = Math.ceil((phase - half) / up);
    const to = Math.floor((phase + half) / up);
    return {
      from,
      taps: Float64Array.from({ length: to - from + 1 }, (_, k) => filter[half + phase - (from + k) * up]),
    };
  });
  const made = { phases, reach: Math.ceil(half / up) + 1 };
  if (known.size >= 8) known.clear();
  known.set(key, made);
  return made;
}

const kaiserBeta = 5;

/** The windowed sinc, scaled so that its taps sum to `up` (`scipy.signal.firwin` times `up`). */
function lowPass(up: number, down: number): Float64Array {
  const factor = Math.max(up, down);
  const half = 10 * factor;
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, i) => {
    const x = (Math.PI * (i - half)) / factor;
    const position = (i - half) / half;
    return (x === 0 ? 1 : Math.sin(x) / x) * bessel(kaiserBeta * Math.sqrt(1 - position * position));
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => (tap * up) / sum);
}

/** Writes the outputs: all those of a phase, then all of the next. `work` has the input from `reach` on, with zeros around it. */
export function filterPhases(
  { phases, reach }: Polyphase,
  { up, down }: RateChange,
  work: Float64Array,
  result: Samples,
): void {
  for (let j = 0; j < up && j < result.length; j++) {
    const { from, taps } = phases[(j * down) % up];
    filterPhase(taps, work, reach + from + Math.floor((j * down) / up), down, result, j, up);
  }
}

/**
 * Every `up`th output from `j` on: one set of taps over samples that start `down` apart. Four at a time, with every `down`th tap, so that a
 * sample that was read for one output is at hand for the next.
 */
function filterPhase(
  taps: Float64Array,
  work: Float64Array,
  start: number,
  down: number,
  result: Samples,
  j: number,
  up: number,
): void {
  for (; j + 3 * up < result.length; j += 4 * up, start += 4 * down) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let first = 0; first < Math.min(down, taps.length); first++) {
      let at = start + first + 2 * down;
      let x = work[at - 2 * down];
      let y = work[at - down];
      let z = work[at];
      for (let t = first; t < taps.length; t += down) {
        const tap = taps[t];
        const next = work[(at += down)];
        a += tap * x;
        b += tap * y;
        c += tap * z;
        d += tap * next;
        x = y;
        y = z;
        z = next;
      }
    }
    result[j] = a;
    result[j + up] = b;
    result[j + 2 * up] = c;
    result[j + 3 * up] = d;
  }
  for (; j < result.length; j += up, start += down) {
    let sum = 0;
    for (let t = 0; t < taps.length; t++) sum += taps[t] * work[start + t];
    result[j] = sum;
  }
}
