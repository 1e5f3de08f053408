import type { Evaluation } from '@cardio/eval';

/** One score over several runs; those for which it is undefined are left out. */
export interface Spread {
  /** Runs for which the score is defined. */
  readonly n: number;
  readonly mean: number | null;
  /** Of a sample, with n - 1 in the denominator; `null` for fewer than two. */
  readonly deviation: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** Mean and standard deviation of one score over several runs. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread {
  const defined = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const n = defined.length;
  if (n === 0) return { n, mean: null, deviation: null, min: null, max: null };
  const mean = defined.reduce((sum, value) => sum + value, 0) / n;
  const squares = defined.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = n < 2 ? null : Math.sqrt(squares / (n - 1));
  return { n, mean, deviation, min: Math.min(...defined), max: Math.max(...defined) };
}

/** The scores of several evaluations of the same classes, each over them all. */
export interface ScoreSpreads {
  /** `loss` and the scores of the summary. */
  readonly summary: Readonly<Record<string, Spread>>;
  readonly perClass: readonly ({ readonly name: string } & Readonly<
    Record<'sensitivity' | 'positivePredictivity' | 'f1' | 'auroc', Spread>
  >)[];
}

/** Mean and standard deviation of every score of several evaluations. */
export function scoreSpreads(evaluations: readonly (Evaluation & { readonly loss: number })[]): ScoreSpreads {
  const names = Object.keys(evaluations[0]?.summary ?? {});
  const over = (of: (evaluation: Evaluation & { readonly loss: number }) => number | null): Spread =>
    spreadOf(evaluations.map(of));
  return {
    summary: {
      loss: over(({ loss }) => loss),
      ...Object.fromEntries(names.map((name) => [name, over(({ summary }) => summary[name])])),
    },
    perClass: (evaluations[0]?.classes ?? []).map((name, c) => ({
      name,
      sensitivity: over((e) => e.perClass[c].sensitivity),
      positivePredictivity: over((e) => e.perClass[c].positivePredictivity),
      f1: over((e) => e.perClass[c].f1),
      auroc: over((e) => e.perClass[c].auroc),
    })),
  };
}
