import { CardioError, type Random } from '@cardio/core';

import { nearestCodes } from './codebook.js';

/**
 * Starting centres by k-means++ (Arthur & Vassilvitskii, SODA 2007): each is a row, drawn with a chance as its squared distance from the nearest
 * one that was drawn before.
 *
 * @param rows `[N, D]`
 * @returns `[k, D]`
 * @throws CardioError `data` for fewer than k different rows
 */
export function kMeansStart(rows: Float32Array, dimension: number, k: number, random: Random): Float32Array {
  const count = rows.length / dimension;
  const centres = new Float32Array(k * dimension);
  const distances = new Float64Array(count).fill(Infinity);
  let chosen = random.integer(count);
  for (let c = 0; c < k; c++) {
    const centre = rows.subarray(chosen * dimension, (chosen + 1) * dimension);
    centres.set(centre, c * dimension);
    let total = 0;
    for (let i = 0; i < count; i++) {
      let squares = 0;
      for (let d = 0, at = i * dimension; d < dimension; d++, at++) squares += (rows[at] - centre[d]) ** 2;
      if (squares < distances[i]) distances[i] = squares;
      total += distances[i];
    }
    if (c === k - 1) break;
    if (!(total > 0)) {
      throw new CardioError(
        'data',
        `There are ${c + 1} different patches (of ${count}) for a codebook of ${k} codes. Take more data or fewer codes.`,
      );
    }
    let left = random.next() * total;
    chosen = distances.findIndex((distance) => distance > 0 && (left -= distance) <= 0);
    if (chosen < 0) chosen = distances.findLastIndex((distance) => distance > 0);
  }
  return centres;
}

/** Moves each centre to the mean of the rows that are nearest to it, a number of times (Lloyd 1982); one that has none stays. */
export async function kMeans(
  rows: Float32Array,
  centres: Float32Array,
  k: number,
  iterations: number,
): Promise<Float32Array> {
  const dimension = centres.length / k;
  let vectors = centres;
  for (let i = 0; i < iterations; i++) {
    const { codes } = await nearestCodes({ vectors, size: k }, rows);
    const { counts, sums } = sumsByCode(rows, codes, k, dimension);
    vectors = vectors.map((value, j) => {
      const n = counts[Math.floor(j / dimension)];
      return n > 0 ? sums[j] / n : value;
    });
  }
  return vectors;
}

/** How many rows have each code, and their sum: `[K]` and `[K, D]`. */
export function sumsByCode(
  rows: Float32Array,
  codes: Int32Array,
  k: number,
  dimension: number,
): { counts: Float64Array; sums: Float64Array } {
  const counts = new Float64Array(k);
  const sums = new Float64Array(k * dimension);
  codes.forEach((code, i) => {
    counts[code]++;
    for (let d = 0; d < dimension; d++) sums[code * dimension + d] += rows[i * dimension + d];
  });
  return { counts, sums };
}
