import { z } from 'zod';
import { fractionFields, splitFields } from './assign-splits.js';
import type { DatasetCard } from './dataset.js';
import { signalFields } from './signal-config.js';
import { storeFields } from './store-config.js';

/** The tasks of MIMIC-IV-ECG. */
const mimicTasks = ['reports', 'interval-classes'] as const;

/** How MIMIC-IV-ECG is to be read. */
export const mimicConfig = z.strictObject({
  dataDir: z.string().min(1).describe('Folder with record_list.csv, machine_measurements.csv and files'),
  maxBadRecords: z
    .int()
    .min(0)
    .default(1000)
    .describe('Unreadable records (such as with an empty lead) to leave out before the load stops, of 800,035'),
  task: z
    .enum(mimicTasks)
    .default('reports')
    .describe('reports: classes by patterns in the machine reports; interval-classes: by the machine measurements'),
  doubtfulReports: z
    .enum(['absent', 'present', 'left-out'])
    .default('absent')
    .describe('Task reports: what a finding counts as that is only "possible", "cannot rule out", …'),
  sampleRateHz: z
    .union([z.literal(100), z.literal(250), z.literal(500)])
    .default(100)
    .describe('Rate to bring the records to; they are stored at 500 Hz'),
  ...fractionFields,
  ...splitFields,
  ...signalFields,
  ...storeFields,
});

/** {@link mimicConfig} with its defaults filled in. */
export type MimicConfig = z.output<typeof mimicConfig>;

/** Source, licence and citation of MIMIC-IV-ECG. */
export const mimicCard: DatasetCard = {
  title: 'MIMIC-IV-ECG: Diagnostic Electrocardiogram Matched Subset',
  version: '1.0',
  url: 'https://physionet.org/content/mimic-iv-ecg/1.0/',
  licence: 'ODbL 1.0',
  citation:
    'Gow B, Pollard T, Nathanson LA, Johnson A, Moody B, Fernandes C, Greenbaum N, Waks JW, Eslami P, Carbonati T, Chaudhari A, Herbst E, ' +
    'Moukheiber D, Berkowitz S, Mark R, Horng S. MIMIC-IV-ECG: Diagnostic Electrocardiogram Matched Subset (version 1.0). PhysioNet (2023). ' +
    'https://doi.org/10.13026/4nqg-sb35',
};
