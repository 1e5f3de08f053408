import { CardioError, validate } from '@cardio/core';
import { datasetFactory, type RecordSource, type SplitName } from '@cardio/datasets';

import { loadPlugins } from './plugins.js';
import type { ResolvedConfig } from './resolve.js';
import type { ExperimentConfig } from './schema.js';

/** Who validates and tests in each fold, as the dataset itself divides its patients. */
export interface FoldPlan {
  readonly folds: number;
  /** Patients in each split of each fold. */
  readonly patients: readonly Readonly<Record<SplitName, number>>[];
  /**
   * The split whose predictions together are out of fold: `test` where every patient tests in exactly one fold; `validation` where the test set is
   * the same in every fold, and so is not looked at.
   */
  readonly outOfFold: 'test' | 'validation';
  /** The same in words, for terminal and report. */
  readonly note: string;
}

/** Into how many folds a configuration asks to divide without naming the one fold that validates; `undefined` where it asks for one run. */
export function wantedFolds({ rows, config }: ResolvedConfig): number | undefined {
  const isSet = (path: string): boolean => (rows.find((row) => row.path === path)?.origin ?? 'default') !== 'default';
  const { folds } = config.dataset;
  return isSet('dataset.folds') && !isSet('dataset.fold') && typeof folds === 'number' ? folds : undefined;
}

/** A configuration with the fold that validates, from 0. */
export const foldConfig = (config: ExperimentConfig, fold: number): ExperimentConfig => ({
  ...config,
  dataset: { ...config.dataset, fold },
});

/**
 * Reads the dataset's tables, but no signal, once for each fold, and checks that the folds are a cross-validation by patient.
 *
 * @throws {CardioError} `config` for folds that the dataset does not have, `data` for a fold in which a split has nobody or where a patient
 *   validates twice
 */
export async function planFolds(config: ExperimentConfig, folds: number): Promise<FoldPlan> {
  await loadPlugins(config.plugins);
  const sources: RecordSource[] = [];
  for (let fold = 0; fold < folds; fold++) sources.push(await openSource(foldConfig(config, fold)));
  const patientsOf = sources.map(({ records }) => {
    const of = (split: SplitName): Set<string> =>
      new Set(records.filter((record) => record.split === split).map(({ patientId }) => patientId));
    return { train: of('train'), validation: of('validation'), test: of('test') };
  });
  patientsOf.forEach((splits, fold) => {
    const empty = (['train', 'validation', 'test'] as const).find((name) => splits[name].size === 0);
    if (empty) {
      throw new CardioError(
        'data',
        `In fold ${fold + 1} of ${folds} nobody is in the ${empty} split. Take fewer \`folds\`, or another \`splitSeed\`.`,
      );
    }
  });
  const twice = firstTwice(patientsOf.map(({ validation }) => validation));
  if (twice !== undefined) {
    throw new CardioError(
      'data',
      `Patient ${twice} of ${config.dataset.name} validates in two folds: this is no cross-validation by patient.`,
    );
  }
  const tests = patientsOf.map(({ test }) => test);
  const everybody = new Set(sources[0].records.map(({ patientId }) => patientId));
  const tested = new Set(tests.flatMap((patients) => [...patients]));
  const eachOnce = firstTwice(tests) === undefined && tested.size === everybody.size;
  return {
    folds,
    patients: patientsOf.map(({ train, validation, test }) => ({
      train: train.size,
      validation: validation.size,
      test: test.size,
    })),
    outOfFold: eachOnce ? 'test' : 'validation',
    note: eachOnce
      ? 'In each fold one part of the patients tests, another chooses the checkpoint, and the others train: every patient is tested once, by a model ' +
        'that was neither trained nor chosen on it. Scores are of these test parts.'
      : 'The test set is the same in every fold and is not looked at. Scores are of the part of the patients that validates, every one once; as it also ' +
        'chose the epoch, they are somewhat better than on new patients.',
  };
}

async function openSource({ dataset: { name, ...fields } }: ExperimentConfig): Promise<RecordSource> {
  const definition = datasetFactory.get(name as string) as unknown as {
    config: Parameters<typeof validate>[0];
    open?: (config: unknown) => Promise<RecordSource>;
  };
  if (!definition.open) {
    throw new CardioError(
      'usage',
      `The dataset ${name} does not say who is in which fold before its signals are read (its definition has no \`open\`), so its folds ` +
        'can only be run one by one, with `fold`.',
    );
  }
  return definition.open(validate(definition.config, fields, `dataset \`${name}\``));
}

/** The first patient that is in two of these sets. */
function firstTwice(sets: readonly ReadonlySet<string>[]): string | undefined {
  const seen = new Set<string>();
  for (const set of sets) {
    for (const patient of set) {
      if (seen.has(patient)) return patient;
      seen.add(patient);
    }
  }
  return undefined;
}
