import type { Fitted } from './class-map.js';
import { logit, sigmoid, softplus } from './logit.js';

/**
 * Slope a and intercept b of sigmoid(a logit(p) + b) with the least log loss against Platt's targets, (P + 1) / (P + 2) for the P positives and
 * 1 / (N + 2) for the N negatives (Platt 1999, section 2.2), by Newton's method with backtracking (Lin, Lin and Weng, Mach Learn 68:267, 2007).
 *
 * @param probabilities one per example
 * @param positive one per example, 1 or 0
 */
export function fitPlatt(probabilities: Float64Array, positive: Uint8Array): Fitted {
  const raw = probabilities.map(logit);
  const mean = raw.reduce((sum, z) => sum + z, 0) / raw.length;
  const spread = Math.sqrt(raw.reduce((sum, z) => sum + (z - mean) ** 2, 0) / raw.length);
  if (spread < 1e-12) return { map: null, reason: 'All scores are equal.' };
  const logits = raw.map((z) => (z - mean) / spread); // about 0 and 1 apart, the two unknowns hardly depend on each other
  const positives = positive.reduce((sum, p) => sum + p, 0);
  const negatives = positive.length - positives;
  const target = [1 / (negatives + 2), (positives + 1) / (positives + 2)];
  const loss = (a: number, b: number): number =>
    logits.reduce((sum, z, i) => sum + softplus(a * z + b) - target[positive[i]] * (a * z + b), 0);

  let [slope, intercept] = [0, Math.log((positives + 1) / (negatives + 1))];
  let value = loss(slope, intercept);
  for (let i = 0; i < 100; i++) {
    const { da, db, descent } = newtonStep(logits, (j) => target[positive[j]], slope, intercept);
    const last = descent <= 1e-12 * Math.max(1, value); // so near that the whole step squares the error, and rounding hides what it gains
    let step = 1;
    let next = loss(slope + da, intercept + db);
    while (!last && next > value - 1e-4 * step * descent && step > 1e-10) {
      step /= 2;
      next = loss(slope + step * da, intercept + step * db);
    }
    [slope, intercept, value] = [slope + step * da, intercept + step * db, next];
    if (last) break;
  }
  return slope > 0
    ? { map: { slope: slope / spread, intercept: intercept - (slope * mean) / spread }, reason: null }
    : { map: null, reason: 'Higher scores are less often true: Platt scaling would turn the order round.' };
}

/** The step -H^-1 g, and g^T H^-1 g, by which it is expected to lower the loss, twice over. */
function newtonStep(logits: Float64Array, target: (i: number) => number, slope: number, intercept: number) {
  let [ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0];
  logits.forEach((z, i) => {
    const p = sigmoid(slope * z + intercept);
    const weight = p * (1 - p);
    ga += (p - target(i)) * z;
    gb += p - target(i);
    haa += weight * z * z;
    hab += weight * z;
    hbb += weight;
  });
  const determinant = haa * hbb - hab * hab;
  const da = -(hbb * ga - hab * gb) / determinant;
  const db = -(haa * gb - hab * ga) / determinant;
  return { da, db, descent: -(ga * da + gb * db) };
}
