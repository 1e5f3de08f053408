import { readFileSync } from 'node:fs';

/** A signal that a golden file does not list, because {@link noise} and the script that made the file give it alike. */
export interface Seeded {
  readonly n: number;
  readonly seed: number;
}

/** What the script of the same name wrote (`golden/filters.py` wrote `filters`). The caller says what is in it. */
export const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8')) as T;

/** White noise and a random walk. */
export function noise({ n, seed }: Seeded): Float64Array {
  let [state, walk] = [seed, 0];
  return Float64Array.from({ length: n }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    const value = state / 2 ** 32 - 0.5;
    walk += value / 8;
    return value + walk + 1;
  });
}

/** About 16 samples, evenly spaced. */
export function few(y: Float64Array): Float64Array {
  const step = Math.max(1, Math.floor(y.length / 16));
  return y.filter((_, i) => i % step === 0);
}

/** The largest difference, relative to the largest value; infinite for another length. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  const largest = Math.max(...Array.from(expected, Math.abs));
  const worst = Array.from(expected, (value, i) => Math.abs(actual[i] - value)).reduce((a, b) => Math.max(a, b), 0);
  return worst === 0 ? 0 : worst / largest;
}
