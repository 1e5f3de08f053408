import type { Random } from '@cardio/core';

/** A number of the Beta distribution with both parameters `alpha`, above 0: the share of one of two Gamma numbers in their sum. */
export function beta(random: Random, alpha: number): number {
  const [a, b] = [gamma(random, alpha), gamma(random, alpha)];
  return a / (a + b);
}

/** A number of the Gamma distribution (Marsaglia and Tsang, ACM Trans. Math. Softw. 26:363, 2000; section 6 for shapes below 1). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
