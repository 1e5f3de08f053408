import { CardioError } from '@cardio/core';
import { z } from 'zod';
import { foldNotes, nonStandardNote, splitFields } from './assign-splits.js';
import { cropFields } from './crop-config.js';
import type { DatasetCard, SplitName } from './dataset.js';
import { ptbxlTasks } from './ptbxl-labels.js';
import { signalFields } from './signal-config.js';
import { storeFields } from './store-config.js';

/** PTB-XL's configuration. */
export const ptbxlConfig = z.strictObject({
  dataDir: z
    .string()
    .min(1)
    .describe('Folder with ptbxl_database.csv, scp_statements.csv and records100 or records500'),
  maxBadRecords: z.int().min(0).default(0).describe('Unreadable records to leave out before the load stops'),
  task: z
    .enum(ptbxlTasks)
    .default('superclass')
    .describe('Label set of the benchmark, or common: the classes shared with cpsc2018'),
  sampleRateHz: z
    .union([z.literal(100), z.literal(500)])
    .default(100)
    .describe('Which of the two forms of each record to read'),
  validationFold: z
    .int()
    .min(1)
    .max(10)
    .default(9)
    .describe('Published fold that validates; another than 9 needs allowNonStandard'),
  testFold: z
    .int()
    .min(1)
    .max(10)
    .default(10)
    .describe('Published fold that tests; another than 10 needs allowNonStandard'),
  ...cropFields,
  ...splitFields,
  ...signalFields,
  ...storeFields,
});

/** {@link ptbxlConfig} with its defaults filled in. */
export type PtbxlConfig = z.output<typeof ptbxlConfig>;

/** Source, licence and citation of PTB-XL. */
export const ptbxlCard: DatasetCard = {
  title: 'PTB-XL, a large publicly available electrocardiography dataset',
  version: '1.0.3 (1.0.1 for the published benchmark)',
  url: 'https://physionet.org/content/ptb-xl/1.0.3/',
  licence: 'CC BY 4.0',
  citation:
    'Wagner P, Strodthoff N, Bousseljot R-D, Kreiseler D, Lunze FI, Samek W, Schaeffter T. PTB-XL, a large publicly available ' +
    'electrocardiography dataset. Scientific Data 7:154 (2020). https://doi.org/10.1038/s41597-020-0495-6',
};

/**
 * The split of each published fold: 1-8 train, 9 validates, 10 tests. With `folds` fold 10 still tests, and the other nine are taken together
 * into as many: published fold f is in fold (f - 1) mod `folds`, so that `folds: 9, fold: 8` is the published division. Folds were made by
 * patient and stratified (Wagner et al. 2020), so these are as well.
 *
 * @throws {CardioError} `config` for other folds without `allowNonStandard`, or a fold that there isn't
 */
export function dividePtbxl(config: PtbxlConfig): {
  readonly splitOf: (publishedFold: number) => SplitName;
  readonly notes: readonly string[];
} {
  const { validationFold, testFold, folds, fold } = config;
  if (validationFold === testFold) {
    throw new CardioError('config', `\`validationFold\` and \`testFold\` are both ${testFold}; choose two folds.`);
  }
  const standard = validationFold === 9 && testFold === 10;
  const what = `fold ${validationFold} validates and fold ${testFold} tests instead of 9 and 10`;
  const notes = standard ? [] : [nonStandardNote(config, what)];
  if (folds === undefined) {
    const splitOf = (published: number): SplitName =>
      published === testFold ? 'test' : published === validationFold ? 'validation' : 'train';
    return { splitOf, notes };
  }
  if (folds > 9 || fold >= folds) {
    throw new CardioError(
      'config',
      `\`folds\` is ${folds} and \`fold\` ${fold}: PTB-XL has 9 folds beside the one that tests, so \`folds\` is 2 to 9 and \`fold\` less than it.`,
    );
  }
  const others = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((published) => published !== testFold);
  return {
    splitOf: (published) =>
      published === testFold ? 'test' : others.indexOf(published) % folds === fold ? 'validation' : 'train',
    notes: [...notes, ...foldNotes(config, 'none')],
  };
}
