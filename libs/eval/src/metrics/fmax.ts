import { countExamples, type Scores } from '../scores.js';
import { known, undefinedBecause, type Score } from './score.js';

/**
 * Fmax of the PTB-XL benchmark (Strodthoff et al., IEEE JBHI 25:1519, 2021; their code at ff776de), centred on examples: at each threshold 0, 0.01 … 1
 * the mean precision over examples that are given a class, the mean recall over all, and F = 2 P R / (P + R); of these the highest. The threshold is
 * thereby chosen on the data that is scored. Examples that have an unknown label (NaN) are left out.
 *
 * @returns undefined without examples, and when one has no true class, because recall is
 */
export function fmax(scores: Scores): Score {
  const n = countExamples(scores);
  const { classes, probabilities, labels } = scores;
  const k = classes.length;
  const [given, right] = [new Uint32Array(steps), new Uint32Array(steps)]; // of one example, by threshold
  const [precision, recall, withClass] = [new Float64Array(steps), new Float64Array(steps), new Uint32Array(steps)];
  let [examples, classless] = [0, 0];
  for (let row = 0; row < n; row++) {
    given.fill(0);
    right.fill(0);
    let positives = 0;
    for (let i = row * k; i < (row + 1) * k; i++) {
      if (Number.isNaN(labels[i])) positives = NaN;
      const step = highestStep(probabilities[i]);
      if (step >= 0) given[step]++;
      if (!(labels[i] > 0.5)) continue;
      positives++;
      if (step >= 0) right[step]++;
    }
    if (Number.isNaN(positives)) continue;
    examples++;
    if (positives === 0) classless++;
    for (let step = steps - 1, called = 0, hit = 0; step >= 0; step--) {
      called += given[step];
      hit += right[step];
      recall[step] += hit / positives;
      if (called === 0) continue;
      precision[step] += hit / called;
      withClass[step]++;
    }
  }
  if (examples === 0) return undefinedBecause('there is no example all of whose labels are known');
  if (classless > 0) return undefinedBecause(`${classless} of ${examples} examples have no true class`);
  let best = NaN;
  for (let step = 0; step < steps; step++) {
    const [p, r] = [precision[step] / withClass[step], recall[step] / examples];
    const f = (2 * p * r) / (p + r);
    if (!(f <= best) && !Number.isNaN(f)) best = f;
  }
  return Number.isNaN(best) ? undefinedBecause('no example is given a true class at any threshold') : known(best);
}

const steps = 101;

/** The last of the thresholds 0, 0.01 … 1 that is not above a probability; -1 for none. */
function highestStep(p: number): number {
  let step = Math.min(steps - 1, Math.max(-1, Math.floor(p * 100)));
  if (step < steps - 1 && (step + 1) * 0.01 <= p) step++;
  if (step >= 0 && step * 0.01 > p) step--;
  return step;
}
