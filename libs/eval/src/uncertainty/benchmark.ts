import { bootstrapScores } from './bootstrap-scores.js';
import type { Scores } from '../scores.js';

/** A score as the PTB-XL benchmark reports it. */
export interface BenchmarkScore {
  readonly point: number | null;
  /** 5th and 95th percentile. */
  readonly low: number | null;
  readonly high: number | null;
  /** Such as `0.925(07)`: in brackets the larger distance to a percentile in thousandths, cut off; `--` where undefined. */
  readonly text: string;
  /** Why there is none. */
  readonly reason: string | null;
}

/**
 * Macro AUROC as the PTB-XL benchmark reports it (Strodthoff et al., IEEE JBHI 25:1519, 2021): records, not patients, are drawn with replacement, as many
 * as there are and again until every class has a positive; of 100 samples the 5th and 95th percentile.
 */
export function benchmarkMacroAuroc(scores: Scores, { resamples = 100, seed = 0 } = {}): BenchmarkScore {
  const { estimate, low, high, reason } = bootstrapScores(scores, { resamples, seed, level: 0.9 }).summary[
    'macroAuroc'
  ];
  return { point: estimate, low, high, text: benchmarkText(estimate, low, high), reason };
}

/** A score and its percentiles in the notation of the PTB-XL benchmark. */
export function benchmarkText(point: number | null, low: number | null, high: number | null): string {
  if (point === null || low === null || high === null) return '--';
  const uncertainty = Math.trunc(1000 * Math.max(high - point, point - low));
  return `${point.toFixed(3)}(${String(uncertainty).padStart(2, '0')})`;
}
