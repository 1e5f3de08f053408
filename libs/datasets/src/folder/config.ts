import { standardLeads } from '@cardio/signal';
import { z } from 'zod';
import { fractionFields, splitFields } from '../assign-splits.js';
import { signalFields } from '../signal-config.js';
import { storeFields } from '../store-config.js';

/** On the command line and in variables an object is written as JSON. */
const object = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }, schema);

const texts = z.record(z.string().min(1), z.string().min(1));

/** The table of a folder that says nothing else. */
export const defaultLabelsFile = 'labels.csv';

/** The configuration of a folder of ECG files. */
export const folderConfig = z.strictObject({
  dataDir: z.string().min(1).describe('Folder with ECG files, at any depth, and labels.csv'),
  maxBadRecords: z.int().min(0).default(0).describe('Unreadable records to leave out before the load stops'),
  ...signalFields,
  ...storeFields,

  labelsFile: z
    .string()
    .min(1)
    .default(defaultLabelsFile)
    .describe(
      'Table with one row for each file, in the folder or elsewhere; without it the folders of the files are their classes',
    ),
  fileColumn: z
    .string()
    .min(1)
    .default('file')
    .describe("Column of the files' paths in the folder; the extension may be left out"),
  patientColumn: z
    .string()
    .min(1)
    .optional()
    .describe('Column of patients; default: each file is a patient of its own'),
  splitColumn: z
    .string()
    .min(1)
    .optional()
    .describe('Column with train, validation or test; default: by a hash of the patient'),
  ...fractionFields,
  splitSeed: splitFields.splitSeed,
  folds: splitFields.folds,
  fold: splitFields.fold,

  classColumn: z.string().min(1).optional().describe('Column with the one class of each file'),
  classes: z
    .array(z.string().min(1))
    .min(2)
    .optional()
    .describe('Values of the class column to use, in this order; default: all'),
  labelColumns: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Columns of 0 and 1 (or no and yes), each a label that a file may have'),
  labels: object(texts)
    .optional()
    .describe('Labels as expressions over the columns: {"af": "rhythm == \'AF\'", "low_ef": "age > 60 and lvef < 40"}'),
  columnUnits: object(texts)
    .optional()
    .describe('Units of columns in expressions: {"height": "cm"} allows `height > 1.8 m`'),
  missing: z
    .array(z.string())
    .default(['NA', 'N/A', 'NaN', 'nan', 'null', 'NULL'])
    .describe('Cells that mean "not known", beside empty ones'),

  leads: z
    .array(z.string().min(1))
    .min(1)
    .default([...standardLeads])
    .describe('Leads that the model sees, by their names'),
  leadAliases: object(texts).optional().describe('Other names of leads in the files: {"MLII": "II"}'),
  sampleRateHz: z
    .number()
    .min(10)
    .max(10_000)
    .default(500)
    .describe('Rate that the model sees; files of other rates are resampled'),
  seconds: z.number().positive().max(3600).default(10).describe('Length of the window that the model sees'),
  windows: z
    .enum(['first', 'all'])
    .default('first')
    .describe('Of a longer record: its first window, or all that follow each other'),
  pad: z
    .boolean()
    .default(false)
    .describe('Fill up a record that is shorter than a window with zeros; else it is unreadable'),

  fileRateHz: z.number().positive().optional().describe('Rate of files that do not say theirs (CSV, MAT)'),
  fileUnit: z
    .string()
    .min(1)
    .optional()
    .describe('Unit of files that do not say theirs: mV (default), uV, V, nV, or a step such as "0.005 mV"'),
  fileLeads: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Leads of CSV and MAT files in their order; those to read of EDF'),
  fileVariable: z.string().min(1).optional().describe('MAT: the variable that is the ECG, such as val or ECG.data'),
});

/** {@link folderConfig} with its defaults filled in. */
export type FolderConfig = z.output<typeof folderConfig>;
