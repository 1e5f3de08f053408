import { hash32 } from './hash.js';

/** A seeded stream of random numbers. Randomness is always an argument in this platform, never `Math.random()`. */
export interface Random {
  /** The next number in [0, 1), with 32 random bits. */
  next(): number;
  /** A number in [low, high). */
  uniform(low: number, high: number): number;
  /** An integer in [0, below). */
  integer(below: number): number;
  /** A standard normal number (Box-Muller). */
  normal(): number;
  /** A new array with the same items in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream for a named purpose: the same name gives the same stream, whatever was drawn from this one. */
  fork(name: string): Random;
}

/**
 * Makes a stream from a seed: the generator is sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state.
 *
 * @param seed any integer; streams of different seeds are independent
 */
export function createRandom(seed: number): Random {
  let a = hash32('a', seed);
  let b = hash32('b', seed);
  let c = seed | 0;
  let counter = 1;
  const bits = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) bits();

  const next = (): number => bits() / 2 ** 32;
  const integer = (below: number): number => Math.floor(next() * below);
  return {
    next,
    integer,
    uniform: (low, high) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle: (items) => {
      const result = [...items];
      for (let i = result.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [result[i], result[j]] = [result[j], result[i]];
      }
      return result;
    },
    fork: (name) => createRandom(hash32(name, seed)),
  };
}
