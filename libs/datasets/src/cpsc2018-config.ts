import { z } from 'zod';
import { fractionFields, splitFields } from './assign-splits.js';
import type { DatasetCard } from './dataset.js';
import { signalFields } from './signal-config.js';
import { storeFields } from './store-config.js';

/** CPSC2018's configuration. */
export const cpsc2018Config = z.strictObject({
  dataDir: z
    .string()
    .min(1)
    .describe('Folder with A0001.hea and A0001.mat and so on, or A0001.mat and so on with REFERENCE.csv, at any depth'),
  maxBadRecords: z.int().min(0).default(0).describe('Unreadable records to leave out before the load stops'),
  task: z
    .enum(['diagnosis', 'common'])
    .default('diagnosis')
    .describe("The nine classes under CPSC2018's names, or under the names they share with task common of ptbxl"),
  sampleRateHz: z
    .number()
    .min(50)
    .max(1000)
    .default(500)
    .describe('Rate to which records (500 Hz) are brought; 100 to test a model of ptbxl'),
  seconds: z.number().min(1).max(150).default(10).describe('Length of a window; records have 6 to 144 s'),
  windows: z
    .enum(['first', 'all'])
    .default('first')
    .describe('Of a longer record the first window, or all that follow one another'),
  ...fractionFields,
  ...splitFields,
  ...signalFields,
  ...storeFields,
});

/** {@link cpsc2018Config} with its defaults filled in. */
export type Cpsc2018Config = z.output<typeof cpsc2018Config>;

/** Source, licence and citation of CPSC2018's training set, as PhysioNet's 2020 challenge distributes it. */
export const cpsc2018Card: DatasetCard = {
  title: 'China Physiological Signal Challenge 2018 (as in PhysioNet/CinC Challenge 2020)',
  version: '1.0.2',
  url: 'https://physionet.org/content/challenge-2020/1.0.2/',
  licence: 'CC BY 4.0',
  citation:
    'Liu F, Liu C, Zhao L, et al. An Open Access Database for Evaluating the Algorithms of Electrocardiogram Rhythm and Morphology ' +
    'Abnormality Detection. J Med Imaging Health Inform 8(7):1368-1373 (2018). Perez Alday EA, et al. Classification of 12-lead ECGs: ' +
    'the PhysioNet/Computing in Cardiology Challenge 2020. Physiol Meas 41:124003 (2020). https://doi.org/10.13026/f4ab-0814',
};
