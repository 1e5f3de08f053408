/**
 * Probabilities are held within [epsilon, 1 - epsilon] before their logarithm is taken; 1e-7 is about the step of float32 next to 1, so that a
 * probability that float32 rounded to 0 or 1 counts as what it may have been, and no logit is infinite.
 */
export const probabilityEpsilon = 1e-7;

/** A probability held within [epsilon, 1 - epsilon]. */
export const heldInside = (p: number): number => Math.min(Math.max(p, probabilityEpsilon), 1 - probabilityEpsilon);

/** log(p / (1 - p)) of a probability held inside. */
export function logit(p: number): number {
  const inside = heldInside(p);
  return Math.log(inside / (1 - inside));
}

/** 1 / (1 + exp(-x)), without overflow. */
export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

/** log(1 + exp(x)), without overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** exp(logits / temperature) of one row, made to sum to 1. */
export function softmax(logits: readonly number[], temperature = 1): number[] {
  const highest = Math.max(...logits);
  const powers = logits.map((z) => Math.exp((z - highest) / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / sum);
}
