import { addSamples, emptySpread } from './standardise.js';

/** What is taken for centre and size: mean and deviation, minimum and range, median and distance of the quartiles. */
export type ScaleMethod = 'z-score' | 'min-max' | 'robust';

/** Subtract `centre`, divide by `size`; both in the unit of the samples. */
export interface Scale {
  readonly centre: number;
  readonly size: number;
}

/** Statistics over arrays that come one after the other. Without any sample that isn't NaN, the scale is NaN. */
export interface ScaleFit {
  readonly add: (samples: Float32Array) => void;
  readonly result: () => Scale;
}

export const fitScale = (method: ScaleMethod): ScaleFit => fits[method]();

const fits: Readonly<Record<ScaleMethod, () => ScaleFit>> = {
  'z-score': fitMoments,
  'min-max': fitRange,
  robust: fitQuartiles,
};

/** As in {@link moments}. */
function fitMoments(): ScaleFit {
  const total = emptySpread();
  const add = (samples: Float32Array): void => addSamples(total, samples);
  const result = (): Scale =>
    total.count === 0
      ? { centre: NaN, size: NaN }
      : { centre: total.mean, size: Math.sqrt(total.squares / total.count) };
  return { add, result };
}

function fitRange(): ScaleFit {
  let [low, high] = [Infinity, -Infinity];
  const add = (samples: Float32Array): void => {
    for (const value of samples) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  };
  const result = (): Scale => (low > high ? { centre: NaN, size: NaN } : { centre: low, size: high - low });
  return { add, result };
}

function fitQuartiles(): ScaleFit {
  const parts: Float32Array[] = [];
  const add = (samples: Float32Array): void => {
    parts.push(samples.filter((value) => !Number.isNaN(value)));
  };
  const result = (): Scale => {
    const sorted = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      sorted.set(part, at);
      at += part.length;
    }
    sorted.sort();
    return { centre: quantile(sorted, 0.5), size: quantile(sorted, 0.75) - quantile(sorted, 0.25) };
  };
  return { add, result };
}

/** By linear interpolation between the two nearest ranks, NumPy's default. NaN of nothing. */
function quantile(sorted: Float32Array, q: number): number {
  if (sorted.length === 0) return NaN;
  const rank = q * (sorted.length - 1);
  const below = Math.floor(rank);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
}
