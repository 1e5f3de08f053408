/** A number of signals of one shape, as a batch says it. */
export interface SignalShape {
  readonly size: number;
  readonly time: number;
  readonly leads: number;
}

/**
 * Cuts signals into patches as {@link Layers.patches} does: `[B, T, L]` → `[B * P, patch * L]`, `P = ceil(T / patch)`, each patch row-major over time,
 * then lead. Zeros complete the signal, half on each side, the odd one at its end.
 */
export function cutPatches(x: Float32Array, { size, time, leads }: SignalShape, patch: number): Float32Array {
  const count = Math.ceil(time / patch);
  const before = Math.floor((count * patch - time) / 2);
  const [row, length] = [time * leads, count * patch * leads];
  if (count * patch === time) return x;
  const padded = new Float32Array(size * length);
  for (let i = 0; i < size; i++) padded.set(x.subarray(i * row, (i + 1) * row), i * length + before * leads);
  return padded;
}
