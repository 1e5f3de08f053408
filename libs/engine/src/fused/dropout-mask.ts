/**
 * The mask of a dropout layer at a training step: 0 with probability `rate`, else 1 / (1 - rate). Element i hangs on a hash of (seed, step, i)
 * alone: two rounds of the 32-bit integer hash lowbias32 (Wellons 2018), keyed before each.
 *
 * @returns `size` factors
 */
export function dropoutMask(size: number, rate: number, seed: number, step: number): Float32Array {
  const [before, between] = [mix(mix(seed) + step), mix(mix(~seed) ^ mix(step))];
  const threshold = rate * 2 ** 32;
  const kept = 1 / (1 - rate);
  const mask = new Float32Array(size);
  for (let i = 0; i < size; i++) mask[i] = mix(mix(i + before) ^ between) >>> 0 < threshold ? 0 : kept;
  return mask;
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return h ^ (h >>> 16);
}
