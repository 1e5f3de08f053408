import type { OnnxGraph } from '../build.js';
import { pieces, type Batch } from '../inputs.js';
import { encodeModel, withOutputs } from '../model-proto.js';
import { openSession } from '../runtime.js';
import { staticTensors } from './int8-static.js';

/** Records from which the ranges of activations are taken. */
export interface Calibration {
  /** A tensor of N examples for each of the file's inputs, by name: prepared windows as the model was trained on. */
  readonly inputs: Batch;
  /**
   * `min-max` (default): all that was seen is in range. `percentile`: the most extreme of 10,000 numbers on either side is not, so that a rare spike
   * doesn't coarsen the rest.
   */
  readonly method?: 'min-max' | 'percentile';
}

/** From the smallest to the largest number of a tensor. */
export type Range = readonly [low: number, high: number];

const bins = 4096;
const left = 1e-4;

/** The range of each tensor that int8 holds, over the calibration records. */
export async function calibrate(
  graph: OnnxGraph,
  { inputs, method = 'min-max' }: Calibration,
): Promise<Map<string, Range>> {
  const names = staticTensors(graph);
  const { bytes, nameOf } = withOutputs(encodeModel(graph, {}), names);
  const session = await openSession(bytes);
  const each = async (visit: (name: string, values: Float32Array) => void): Promise<void> => {
    for (const batch of pieces(inputs, 8)) {
      const outputs = await session.run(batch);
      for (const name of names) visit(name, outputs[nameOf(name)]);
    }
  };
  try {
    const ranges = new Map<string, Range>();
    await each((name, values) => ranges.set(name, extended(ranges.get(name), values)));
    if (method === 'min-max') return ranges;
    const histograms = new Map(names.map((name) => [name, new Float64Array(bins)]));
    await each((name, values) => count(histograms.get(name) as Float64Array, ranges.get(name) as Range, values));
    return new Map([...ranges].map(([name, range]) => [name, trimmed(histograms.get(name) as Float64Array, range)]));
  } finally {
    await session.close();
  }
}

function extended([low, high]: Range = [Infinity, -Infinity], values: Float32Array): Range {
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function count(histogram: Float64Array, [low, high]: Range, values: Float32Array): void {
  const perBin = (high - low) / bins || 1;
  for (const value of values) histogram[Math.min(bins - 1, Math.floor((value - low) / perBin))]++;
}

/** The range without the share {@link left} of the numbers at each end. */
function trimmed(histogram: Float64Array, [low, high]: Range): Range {
  const rest = left * histogram.reduce((a, b) => a + b, 0);
  const perBin = (high - low) / bins;
  const skipped = (counts: Float64Array): number => {
    let sum = 0;
    let bin = 0;
    while (bin < bins - 1 && (sum += counts[bin]) <= rest) bin++;
    return bin;
  };
  return [low + skipped(histogram) * perBin, high - skipped(histogram.toReversed()) * perBin];
}
