import type { TestComparison } from '@cardio/experiment';

import { count, score, table } from './print.js';

/** Two runs on the same test rows: scores side by side, their differences, intervals and p values. */
export function comparisonText({ runs, examples, patients, scores, classes }: TestComparison): string {
  const head = ['[1]', '[2]', '[1]-[2]', 'from', 'to', 'p'];
  return [
    `[1] ${runs[0]}, [2] ${runs[1]}: the same ${count(examples)} test examples of ${count(patients)} patients`,
    '',
    table([
      ['bootstrap by patient', ...head],
      ...scores.map(({ name, values, difference: { estimate, low, high, pValue } }) => [
        name,
        ...[...values, estimate, low, high].map(score),
        chance(pValue),
      ]),
    ]),
    '',
    table([
      ["AUROC by DeLong's test", ...head],
      ...classes.map(({ name, aurocs, difference, low, high, pValue }) => [
        name,
        ...[...aurocs, difference, low, high].map(score),
        chance(pValue),
      ]),
    ]),
    'from, to: 95 % interval of the difference. DeLong takes examples for independent, also those of one patient.',
  ].join('\n');
}

/** A p value that is not written as if it were 0. */
const chance = (p: number | null): string => (p !== null && p < 0.001 ? '<.001' : score(p));
