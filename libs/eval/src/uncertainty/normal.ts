/**
 * The standard normal distribution function: by its series near 0 (Marsaglia, J Stat Softw 11(4), 2004), by the continued fraction of
 * Mills' ratio in the tails. Relative error below 1e-12.
 */
export function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x);
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x < -3) {
    let fraction = -x;
    for (let k = 150; k > 0; k--) fraction = -x + k / fraction;
    return density / fraction;
  }
  let [sum, term] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + density * sum;
}

/**
 * The inverse of {@link normalCdf} by bisection and Newton's method; -Infinity for 0, Infinity for 1, NaN outside.
 */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (!(p > 0)) return p === 0 ? -Infinity : NaN;
  if (p === 0.5) return 0;
  let [low, high] = [-40, 0];
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  let x = (low + high) / 2;
  for (let i = 0; i < 4; i++) x -= (normalCdf(x) - p) / (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI));
  return x;
}
