import { CardioError } from '@cardio/core';
import { assignSplits, foldNotes, nonStandardNote } from './assign-splits.js';
import type { SplitName } from './dataset.js';
import { validationRecords, type MitbihConfig } from './mitbih-config.js';
import { mitbihGroups, patientOf, sharedPatient, type MitbihRecords } from './mitbih-records.js';

/** Who trains, validates and tests, and what a reader must know of it. */
export interface MitbihDivision {
  /** Of every record of DS1 and DS2, in the folder or not. */
  readonly splitOf: ReadonlyMap<string, SplitName>;
  readonly notes: readonly string[];
}

/** Records of DS1 with many S beats or supraventricular rhythms, then with many V beats or ventricular rhythms: each fold gets its part. */
const strata: readonly (readonly string[])[] = [
  '118 124 207 209 220 223'.split(' '),
  '106 116 119 203 205 208 215'.split(' '),
];

/**
 * Divides the records. As published DS2 tests; of DS1 either `validationRecords` validate or, with `folds`, one fold of its patients does,
 * in which folds 201 is not: its patient tests as 202, so it always trains. `random-patients` divides all patients anew, 60:20:20 or in folds.
 *
 * @throws {CardioError} `config` for a division that is not allowed, or a fold that there isn't
 */
export function divideMitbih(config: MitbihConfig): MitbihDivision {
  const { DS1, DS2 } = mitbihGroups;
  const { division, folds, fold, splitSeed: seed, task } = config;
  const stratum = (patient: string): string => String(strata.findIndex((names) => names.includes(patient)));
  if (division === 'random-patients') {
    const note = nonStandardNote(config, 'the patients of DS1 and DS2 are divided anew, not as published');
    const all = [...DS1, ...DS2];
    const fractions = { validation: 0.2, test: 0.2 };
    const splits = assignSplits(all.map(patientOf), { seed, folds, fold, fractions, stratum });
    return {
      splitOf: new Map(all.map((name) => [name, splits.get(patientOf(name)) ?? 'train'])),
      notes: [note, ...foldNotes(config)],
    };
  }
  const held: readonly string[] = config.validationRecords ?? validationRecords[task];
  if (folds !== undefined && config.validationRecords) {
    throw new CardioError('config', 'Either `validationRecords` or `folds` says who validates, not both.');
  }
  const inFolds = DS1.filter((name) => patientOf(name) !== sharedPatient);
  const folded = folds === undefined ? undefined : assignSplits(inFolds, { seed, folds, fold, test: 'none', stratum });
  const ofDs1 = (name: string): SplitName =>
    folded?.get(name) ?? (!folds && held.includes(name) ? 'validation' : 'train');
  return {
    splitOf: new Map([
      ...DS1.map((name) => [name, ofDs1(name)] as const),
      ...DS2.map((name) => [name, 'test'] as const),
    ]),
    notes: foldNotes(config, 'none'),
  };
}

/**
 * @param names of the records that are there and have the lead
 * @throws {CardioError} `data` when none trains or none validates
 */
export function assertDivided(
  { splitOf }: MitbihDivision,
  names: readonly string[],
  { dataDir, lead }: MitbihConfig,
  { withoutLead }: MitbihRecords,
): void {
  const of = (split: SplitName, among: Iterable<string>): string[] =>
    [...among].filter((name) => splitOf.get(name) === split);
  const held = of('validation', splitOf.keys()).join(', ');
  const lacking = withoutLead.length > 0 ? ` These have no lead \`${lead}\`: ${withoutLead.join(', ')}.` : '';
  const training = of('train', names);
  if (training.length === 0) {
    throw new CardioError(
      'data',
      `\`${dataDir}\` has no usable record of DS1 to train on beside ${held}, held out for validation.${lacking}`,
    );
  }
  if (of('validation', names).length === 0) {
    throw new CardioError(
      'data',
      `\`${dataDir}\` has no usable record of those for validation (${held}).${lacking} ` +
        `Name some of ${training.join(', ')} as \`validationRecords\`.`,
    );
  }
}
