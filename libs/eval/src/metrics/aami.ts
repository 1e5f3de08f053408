import { CardioError } from '@cardio/core';

import { positivePredictivity, sensitivity, type BinaryCounts } from '../confusion.js';

/** How well one kind of ectopic beat is found. */
export interface EctopicScores {
  /** Without the beats that the standard leaves aside. */
  readonly counts: BinaryCounts;
  readonly sensitivity: number | null;
  readonly positivePredictivity: number | null;
  /** FP / (FP + TN) */
  readonly falsePositiveRate: number | null;
}

/**
 * Supraventricular and ventricular ectopic beats scored by ANSI/AAMI EC57:1998, as de Chazal et al. (IEEE TBME 51:1196, 2004) write it out: to call a
 * fusion beat (F) or an unclassifiable one (Q) ventricular is no error, nor to call an unclassifiable one supraventricular; those beats are not negatives
 * then either.
 *
 * @param matrix `[K][K]`, rows truth, columns predicted
 * @param classes K names, `S` and `V` among them; a class that is missing (F or Q, in protocols without them) has no beats
 * @throws CardioError `usage` without S or V
 */
export function aamiScores(
  matrix: readonly (readonly number[])[],
  classes: readonly string[],
): { readonly sveb: EctopicScores; readonly veb: EctopicScores } {
  const ectopic = (name: string, aside: readonly string[]): EctopicScores => {
    const index = classes.indexOf(name);
    if (index < 0) throw new CardioError('usage', `There is no class ${name} among ${classes.join(', ')}.`);
    const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
    matrix.forEach((row, truth) =>
      row.forEach((count, predicted) => {
        if (truth === index) counts[predicted === index ? 'tp' : 'fn'] += count;
        else if (!aside.includes(classes[truth])) counts[predicted === index ? 'fp' : 'tn'] += count;
      }),
    );
    const negatives = counts.fp + counts.tn;
    return {
      counts,
      sensitivity: sensitivity(counts),
      positivePredictivity: positivePredictivity(counts),
      falsePositiveRate: negatives === 0 ? null : counts.fp / negatives,
    };
  };
  return { sveb: ectopic('S', ['Q']), veb: ectopic('V', ['F', 'Q']) };
}
