import type { Values } from '../arrays.js';
import type { Initializer } from '../graph.js';

/** A constant as whole numbers from -127 to 127 and, for each channel, what one of them is worth. */
interface Quantised {
  readonly weights: Initializer;
  readonly scales: Initializer;
}

/**
 * Quantises a constant symmetrically, each channel by its own largest magnitude (Krishnamoorthi 2018, section 3.1.3).
 *
 * @param axis that of the channels
 */
export function perChannel(constant: Initializer, axis: number): Quantised {
  const values = constant.values as Values;
  const channels = constant.dims[axis];
  const inner = constant.dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  const channelOf = (i: number): number => Math.floor(i / inner) % channels;
  const largest = new Float32Array(channels);
  for (let i = 0; i < values.length; i++) largest[channelOf(i)] = Math.max(largest[channelOf(i)], Math.abs(values[i]));
  const scales = largest.map((max) => (max === 0 ? 1 : max / 127));
  const weights = Int8Array.from(values, (v, i) => Math.round(v / scales[channelOf(i)]));
  return {
    weights: { name: `${constant.name}/int8`, dims: constant.dims, dtype: 'int8', values: weights },
    scales: { name: `${constant.name}/scales`, dims: [channels], dtype: 'float32', values: scales },
  };
}
