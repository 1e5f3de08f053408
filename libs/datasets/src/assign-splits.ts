import { CardioError, hash32 } from '@cardio/core';
import { z } from 'zod';
import type { SplitName } from './dataset.js';

/** The fields that every configuration of a dataset split by patient has. */
export const splitFields = {
  splitSeed: z
    .int()
    .min(0)
    .default(0)
    .describe('Seed of the division of patients, where it is drawn and not published'),
  folds: z.int().min(2).max(100).optional().describe('Cross-validation by patient: in how many folds to divide'),
  fold: z.int().min(0).default(0).describe('Cross-validation: the fold that validates, from 0'),
  allowNonStandard: z
    .boolean()
    .default(false)
    .describe('Allow what breaks a published protocol; the report then says "not comparable"'),
};

/** {@link splitFields} with their defaults filled in. */
export interface SplitConfig {
  readonly splitSeed: number;
  readonly folds?: number | undefined;
  readonly fold: number;
  readonly allowNonStandard: boolean;
}

/** The fields of a dataset without a published division: which parts of the patients validate and test. */
export const fractionFields = {
  validationFraction: z.number().min(0).lt(1).default(0.1).describe('Part of the patients that validate'),
  testFraction: z.number().min(0).lt(1).default(0.1).describe('Part of the patients that test'),
};

/** How {@link assignSplits} divides. */
export interface SplitPlan {
  readonly seed: number;
  /** Parts of the patients, in [0, 1); the rest trains. Not used with `folds`. */
  readonly fractions?: { readonly validation: number; readonly test: number };
  readonly folds?: number | undefined;
  /** The fold that validates; default 0. */
  readonly fold?: number | undefined;
  /** With folds: the next fold tests (default), or none, because the published test patients are not among these. */
  readonly test?: 'next-fold' | 'none';
  /**
   * With folds: a patient's stratum, such as its diagnosis. Then the patients of each stratum are dealt out in turn, so that folds have equal
   * sizes and mixes; for few patients this is a must. Without it, a patient's fold is drawn by its hash alone.
   */
  readonly stratum?: (patient: string) => string;
}

/**
 * Divides patients by a hash of patient and seed: who is where does not depend on their order, nor (but for strata) on who else there is,
 * so that added records move nobody.
 *
 * With `folds`, fold number `fold` validates, the one after it tests (the first after the last), and all others train: over all choices of
 * `fold`, each patient validates once and tests once.
 *
 * @throws {CardioError} `config` for a fold that there isn't, too few folds, or fractions that leave nobody to train
 */
export function assignSplits(patients: Iterable<string>, plan: SplitPlan): Map<string, SplitName> {
  const all = [...new Set(patients)];
  const { seed, folds, fold = 0, test = 'next-fold' } = plan;
  if (folds !== undefined) {
    assertFold(folds, fold, test);
    const foldOf = foldsOf(all, plan, folds);
    const tests = test === 'none' ? -1 : (fold + 1) % folds;
    return new Map(
      all.map((patient) => {
        const own = foldOf(patient);
        return [patient, own === fold ? 'validation' : own === tests ? 'test' : 'train'];
      }),
    );
  }
  const { validation, test: tests } = plan.fractions ?? { validation: 0.1, test: 0.1 };
  if (validation + tests >= 1) {
    throw new CardioError(
      'config',
      `\`validationFraction\` ${validation} and \`testFraction\` ${tests} leave no patient to train on; their sum must be below 1.`,
    );
  }
  return new Map(
    all.map((patient) => {
      const at = positionOf(patient, seed);
      return [patient, at < tests ? 'test' : at < tests + validation ? 'validation' : 'train'];
    }),
  );
}

/** The {@link SplitPlan} that a configuration asks for. */
export const planOf = (
  {
    splitSeed,
    folds,
    fold,
    ...config
  }: SplitConfig & { readonly validationFraction?: number; readonly testFraction?: number },
  more: Pick<SplitPlan, 'test' | 'stratum'> = {},
): SplitPlan => ({
  ...{ seed: splitSeed, folds, fold },
  fractions: { validation: config.validationFraction ?? 0.1, test: config.testFraction ?? 0.1 },
  ...more,
});

/**
 * What a report says of cross-validation; nothing without it.
 *
 * @param test whether a fold tests as well, or the published test set does
 */
export function foldNotes(
  { folds, fold }: Pick<SplitConfig, 'folds' | 'fold'>,
  test: SplitPlan['test'] = 'next-fold',
): string[] {
  if (folds === undefined) return [];
  const tests = test === 'none' ? 'the published test set tests' : `fold ${(fold + 1) % folds} tests`;
  return [`Cross-validation by patient: fold ${fold} of ${folds} (from 0) validates, ${tests}.`];
}

/**
 * For a configuration that breaks a published protocol: the note for the report, if that is allowed.
 *
 * @param what is done otherwise, such as `fold 3 tests instead of fold 10`
 * @throws {CardioError} `config` without `allowNonStandard`
 */
export function nonStandardNote({ allowNonStandard }: Pick<SplitConfig, 'allowNonStandard'>, what: string): string {
  if (allowNonStandard) return `Not comparable with published results: ${what}.`;
  throw new CardioError(
    'config',
    `This breaks the published protocol: ${what}. Scores would not be comparable with published ones; ` +
      'if that is meant, say so with `allowNonStandard: true` (`--allow-non-standard`), and the report will say it too.',
  );
}

/**
 * Looks whether there is anybody to train and to validate on: a few records may all have been drawn into one split.
 *
 * @returns a note when nobody tests
 * @throws {CardioError} `data`
 */
export function assertFilled(records: readonly { readonly split: SplitName; readonly patientId: string }[]): string[] {
  const has = (name: SplitName): boolean => records.some(({ split }) => split === name);
  const empty = (['train', 'validation'] satisfies SplitName[]).find((name) => !has(name));
  if (empty) {
    const patients = new Set(records.map(({ patientId }) => patientId)).size;
    throw new CardioError(
      'data',
      `None of the ${records.length} records (${patients} patients) is in the ${empty} split. Add records, or divide them otherwise: by another ` +
        '`splitSeed`, larger fractions, or `folds`.',
    );
  }
  return has('test') ? [] : ['No record is in the test split, so there is nothing to test on.'];
}

/** @throws {CardioError} `config` */
function assertFold(folds: number, fold: number, test: SplitPlan['test']): void {
  if (test !== 'none' && folds < 3) {
    throw new CardioError(
      'config',
      `\`folds\` is ${folds}: one validates and one tests, so at least 3 are needed to train.`,
    );
  }
  if (fold >= folds) {
    throw new CardioError('config', `\`fold\` is ${fold}, but there are ${folds} folds, numbered 0 to ${folds - 1}.`);
  }
}

/** In [0, 1), uniform over patients. */
const positionOf = (patient: string, seed: number): number => hash32(patient, seed) / 2 ** 32;

function foldsOf(
  patients: readonly string[],
  { seed, stratum }: SplitPlan,
  folds: number,
): (patient: string) => number {
  if (!stratum) return (patient) => Math.floor(positionOf(patient, seed) * folds);
  const cards = patients.map((patient) => ({ patient, stratum: stratum(patient), at: positionOf(patient, seed) }));
  cards.sort((a, b) => compare(a.stratum, b.stratum) || a.at - b.at || compare(a.patient, b.patient));
  const dealt = new Map(cards.map(({ patient }, i) => [patient, i % folds]));
  return (patient) => dealt.get(patient) ?? 0;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
