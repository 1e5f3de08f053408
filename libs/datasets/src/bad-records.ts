import { CardioError } from '@cardio/core';
import type { BadRecord } from './dataset.js';

/**
 * Stops a load that met more unreadable records than are allowed; a smaller number is left to the dataset's report.
 *
 * @throws {CardioError} `data` with the first ten and their reasons
 */
export function assertFewBadRecords(bad: readonly BadRecord[], maxBadRecords: number): void {
  if (bad.length <= maxBadRecords) return;
  const shown = bad.slice(0, 10).map(({ record, reason }) => `  ${record}: ${reason}`);
  if (bad.length > shown.length) shown.push(`  … and ${bad.length - shown.length} more`);
  const count = bad.length === 1 ? '1 record' : `${bad.length} records`;
  throw new CardioError(
    'data',
    `${count} can't be used, and \`maxBadRecords\` is ${maxBadRecords}:\n${shown.join('\n')}\n` +
      `Replace the files, or leave these records out with \`--max-bad-records ${bad.length}\`.`,
  );
}
