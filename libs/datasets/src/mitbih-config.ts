import { z } from 'zod';
import { splitFields } from './assign-splits.js';
import type { DatasetCard } from './dataset.js';
import { mitbihGroups } from './mitbih-records.js';
import { storeFields } from './store-config.js';

/**
 * Records of DS1 held out for validation unless configured otherwise, chosen by content before any training: what the validation patients
 * have, others train.
 *
 * * beat: together they hold 22 % of DS1's N, 23 % of its S, 17 % of its V and 34 of its 415 F beats. Of the two with right bundle branch
 *   block 118 trains and 124 validates; 208 (373 F), 209 (383 S), 201 and 207 (bundle branch block, S, V) stay in training.
 * * beat-sequence: the same.
 * * rhythm: of the two with atrial fibrillation 203 validates, since 201 is the test set's 202; 124 has nodal rhythm, 119 and 223 ventricular
 *   bigeminy and trigeminy.
 */
export const validationRecords = {
  beat: ['114', '124', '205', '220', '223'],
  'beat-sequence': ['114', '124', '205', '220', '223'],
  rhythm: ['114', '119', '124', '203', '223'],
} as const;

/** Task classes by name. */
export const mitbihClasses = { aami4: ['N', 'S', 'V', 'F'], aami5: ['N', 'S', 'V', 'F', 'Q'] } as const;

/** MIT-BIH's configuration. */
export const mitbihConfig = z.strictObject({
  dataDir: z.string().min(1).describe('Folder with 100.hea, 100.dat, 100.atr and so on'),
  maxBadRecords: z.int().min(0).default(0).describe('Unreadable records to leave out before the load stops'),
  task: z
    .enum(['beat', 'beat-sequence', 'rhythm'])
    .default('beat')
    .describe('What to classify: heartbeats by their windows, or as sequences of numbers; or the rhythm of windows'),
  classes: z
    .enum(['aami4', 'aami5'])
    .default('aami4')
    .describe(
      'AAMI classes N S V F, or these and Q (15 beats in DS1 and DS2 together), which usual practice leaves out',
    ),
  lead: z.string().min(1).default('MLII').describe('Lead, chosen by its name; records without it are left out'),
  before: z.int().min(1).default(90).describe('Samples of the window before the R peak, at 360 Hz'),
  after: z.int().min(1).default(90).describe('Samples of the window from the R peak on, at 360 Hz'),
  beats: z
    .int()
    .min(1)
    .max(101)
    .refine((beats) => beats % 2 === 1, 'odd, so that one beat is in the middle')
    .default(11)
    .describe('Beats of a sequence, odd: the one in the middle is classified (task beat-sequence)'),
  windowSeconds: z.number().min(1).max(300).default(10).describe('Length of a window of task rhythm'),
  baseline: z
    .enum(['median', 'none'])
    .default('median')
    .describe('Baseline removal: running medians of 0.2 s and 0.6 s, or none'),
  rrFeatures: z.boolean().default(true).describe('Offer eight RR-interval features to the model (task beat)'),
  dropImplausibleRr: z
    .boolean()
    .default(false)
    .describe('Leave out beats with an RR interval under 0.15 s or over 2 s to a neighbour'),
  validationRecords: z
    .array(z.enum(mitbihGroups.DS1.filter((name) => name !== '201')))
    .min(1)
    .optional()
    .describe(
      'Records of DS1 held out for validation, never 201, whose patient is in the test set as 202; default: ' +
        `${validationRecords.beat.join(' ')} (beat), ${validationRecords.rhythm.join(' ')} (rhythm)`,
    ),
  division: z
    .enum(['ds1-ds2', 'random-patients'])
    .default('ds1-ds2')
    .describe('DS1 trains and DS2 tests, as published; or patients divided anew, which needs allowNonStandard'),
  ...splitFields,
  ...storeFields,
});

/** {@link mitbihConfig} with its defaults filled in. */
export type MitbihConfig = z.output<typeof mitbihConfig>;

/** Source, licence and citation of MIT-BIH. */
export const mitbihCard: DatasetCard = {
  title: 'MIT-BIH Arrhythmia Database',
  version: '1.0.0',
  url: 'https://physionet.org/content/mitdb/1.0.0/',
  licence: 'ODC-By 1.0',
  citation:
    'Moody GB, Mark RG. The impact of the MIT-BIH Arrhythmia Database. IEEE Eng in Med and Biol 20(3):45-50 (2001). ' +
    'https://doi.org/10.13026/C2F305',
};
