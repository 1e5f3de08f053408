import { CardioError } from '@cardio/core';

import type { Scores } from '../scores.js';

/** Scores of validation examples: the only ones that thresholds and calibration are fitted on. */
export interface ValidationScores extends Scores {
  readonly split: 'validation';
}

/** Scores of test examples: for numbers to report, never for a choice. */
export interface TestScores extends Scores {
  readonly split: 'test';
}

/**
 * Says that scores are of validation examples.
 *
 * @throws CardioError `usage` for scores that were said to be of test examples
 */
export function validationScores(scores: Scores & { readonly split?: 'validation' }): ValidationScores {
  refuseSplit(scores, 'test', 'They stay so: choose on predictions of the validation split.');
  return { ...scores, split: 'validation' };
}

/**
 * Says that scores are of test examples.
 *
 * @throws CardioError `usage` for scores that were said to be of validation examples
 */
export function testScores(scores: Scores & { readonly split?: 'test' }): TestScores {
  refuseSplit(scores, 'validation', 'They stay so: report on predictions of the test split.');
  return { ...scores, split: 'test' };
}

/**
 * Stops a choice on anything but validation scores where types were not looked at, such as in JavaScript.
 *
 * @throws CardioError `usage`
 */
export function assertValidation(scores: ValidationScores, what: string): void {
  if (scores.split === 'validation') return;
  throw new CardioError(
    'usage',
    `${what} takes scores of the validation split; received ${JSON.stringify(scores.split) ?? 'scores of no named split'}. Make them by \`validationScores(scores)\`, never of test examples.`,
  );
}

function refuseSplit(scores: { readonly split?: string }, refused: string, advice: string): void {
  if (scores.split === refused) throw new CardioError('usage', `These scores are of the ${refused} split. ${advice}`);
}
