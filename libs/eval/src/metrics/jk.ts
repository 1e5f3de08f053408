import { kappa, oneAgainstRest, positivePredictivity, sensitivity } from '../confusion.js';

/**
 * The jk index of beat classifiers, kappa / 2 + (Se_S + P_S + Se_V + P_V) / 8 (Mar et al., IEEE TBME 58:2168, 2011): Cohen's kappa and
 * how well supraventricular and ventricular beats are found, in equal parts.
 *
 * @param matrix `[K][K]`, rows truth, columns predicted
 * @param classes K names, `S` and `V` among them
 * @param forgiven `[truth, predicted]` that are not counted as false positives, such as `[['F', 'V']]` in AAMI EC57
 * @returns `null` where one of its parts is undefined, or there is no class S or V
 */
export function jkIndex(
  matrix: readonly (readonly number[])[],
  classes: readonly string[],
  forgiven: readonly (readonly [truth: string, predicted: string])[] = [],
): number | null {
  const parts = ['S', 'V'].flatMap((name) => {
    const index = classes.indexOf(name);
    if (index < 0) return [null];
    const truths = forgiven.filter(([, to]) => to === name).map(([from]) => classes.indexOf(from));
    const counts = oneAgainstRest(matrix, index, truths);
    return [sensitivity(counts), positivePredictivity(counts)];
  });
  const agreement = kappa(matrix);
  if (agreement === null || parts.includes(null)) return null;
  return agreement / 2 + parts.reduce((sum: number, part) => sum + (part ?? 0), 0) / 8;
}
