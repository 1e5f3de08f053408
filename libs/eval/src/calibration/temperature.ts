import { logit, heldInside, sigmoid } from './logit.js';
import type { Fitted } from './class-map.js';

/** Temperatures beyond these are no calibration: the model knows nothing of the class, or makes no mistake on validation. */
const temperatureRange = [0.01, 100] as const;

/** Slope and curvature of the log loss in beta = 1 / temperature. */
type Derivatives = (beta: number) => { readonly slope: number; readonly curvature: number };

/**
 * The temperature of sigmoid(logit(p) / T) with the least log loss (Guo et al., ICML 2017).
 *
 * @param probabilities one per example
 * @param positive one per example, 1 or 0
 */
export function binaryTemperature(probabilities: Float64Array, positive: Uint8Array): Fitted {
  const logits = probabilities.map(logit);
  return fitted(
    leastLogLoss((beta) => {
      let slope = 0;
      let curvature = 0;
      logits.forEach((z, i) => {
        const p = sigmoid(beta * z);
        slope += (p - positive[i]) * z;
        curvature += p * (1 - p) * z * z;
      });
      return { slope, curvature };
    }),
  );
}

/**
 * The temperature of softmax(log(p) / T) with the least log loss (Guo et al., ICML 2017). The logarithms of probabilities are logits but for one
 * number a row, which softmax takes out again.
 *
 * @param probabilities `[N * K]`
 * @param truth the true class of each row
 */
export function softmaxTemperature(probabilities: Float64Array, truth: Int32Array): Fitted {
  const k = probabilities.length / truth.length;
  const logs = probabilities.map((p) => Math.log(heldInside(p)));
  return fitted(
    leastLogLoss((beta) => {
      let slope = 0;
      let curvature = 0;
      truth.forEach((right, row) => {
        const z = logs.subarray(row * k, (row + 1) * k);
        const highest = Math.max(...z);
        let sum = 0;
        let mean = 0;
        let square = 0;
        for (const value of z) {
          const weight = Math.exp(beta * (value - highest));
          sum += weight;
          mean += weight * value;
          square += weight * value * value;
        }
        mean /= sum;
        slope += mean - z[right];
        curvature += square / sum - mean * mean;
      });
      return { slope, curvature };
    }),
  );
}

function fitted(beta: number | 'lowest' | 'highest'): Fitted {
  const [least, most] = temperatureRange;
  if (beta === 'lowest')
    return { map: null, reason: `The best temperature is above ${most}: the scores say nothing, or the opposite.` };
  if (beta === 'highest')
    return { map: null, reason: `The best temperature is below ${least}: validation has no mistake to learn from.` };
  return { map: { temperature: 1 / beta }, reason: null };
}

/** The beta where the slope is 0: the loss is convex in beta, so Newton's method within a shrinking bracket can't miss it. */
function leastLogLoss(derivatives: Derivatives): number | 'lowest' | 'highest' {
  let low = 1 / temperatureRange[1];
  let high = 1 / temperatureRange[0];
  if (derivatives(low).slope >= 0) return 'lowest';
  if (derivatives(high).slope <= 0) return 'highest';
  let beta = 1;
  for (let i = 0; i < 200; i++) {
    const { slope, curvature } = derivatives(beta);
    if (slope > 0) high = beta;
    else low = beta;
    const newton = beta - slope / curvature;
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    if (Math.abs(next - beta) <= 1e-12 * beta) return next;
    beta = next;
  }
  return beta;
}
