import { createHash } from 'node:crypto';
import { extname, join } from 'node:path';
import { CardioError, define, stableJson, type Signal } from '@cardio/core';
import { selectLeads } from '@cardio/signal';
import { foldNotes } from '../assign-splits.js';
import type { DatasetCard, Example, Preparation, SplitName } from '../dataset.js';
import { decisiveFields } from '../decisive.js';
import { readEcgFile } from '../files/read-ecg-file.js';
import { assertPlausible } from '../files/units.js';
import { fixedWindows, labelledWindows, missingSamples, unseenWindows, windowRuleOf } from '../fixed-windows.js';
import { loadSource } from '../load-source.js';
import { prepareSignal } from '../prepare.js';
import type { RecordSource, SourceDefinition, SourceRecord, SourceSettings } from '../record-source.js';
import { signalSteps } from '../signal-config.js';
import { rowAttributes } from './attributes.js';
import { folderConfig, type FolderConfig } from './config.js';
import { patientsAndSplits } from './folder-splits.js';
import { labelRows } from './labels.js';
import { readFolderTable } from './table.js';

const card: DatasetCard = {
  title: 'A folder of ECG files',
  version: 'by its content',
  url: '',
  licence: "the files' own",
  citation: '',
};

const source: SourceDefinition<FolderConfig> = { card, open, prepareRecord };

/** Anybody's ECGs: WFDB, EDF, CSV, MAT, DICOM and HL7 aECG files with a table of labels. */
export const folder = define({
  name: 'folder',
  description:
    'A folder of your own: WFDB, EDF/EDF+, CSV, MAT, DICOM and HL7 aECG files, labelled by labels.csv or by folder names.',
  config: folderConfig,
  create: (config, onProgress) => loadSource(source, config, onProgress),
  ...source,
  windowsOf,
});

/** What {@link prepareRecord} reads of the options. */
type FileOptions = Pick<
  FolderConfig,
  'fileRateHz' | 'fileUnit' | 'fileLeads' | 'fileVariable' | 'leadAliases' | 'windows'
>;

async function open(config: FolderConfig): Promise<RecordSource> {
  const signal = signalSteps(config, config.fileRateHz);
  const table = await readFolderTable(config);
  const { task, labels, notes } = await labelRows(table, config);
  const labelled = table.rows.flatMap((row, i) => {
    const classes = labels[i];
    return classes ? [{ row, classes }] : [];
  });
  const places = patientsAndSplits(labelled, table.columns, config);
  const records = labelled.map(({ row, classes }, i): SourceRecord => ({
    id: row.file,
    ...places[i],
    files: row.files,
    detail: classes,
    attributes: rowAttributes(row),
  }));
  assertSplitsFilled(records, config);
  const { dataDir, leads, sampleRateHz, seconds, pad } = config;
  const { fileRateHz, fileUnit, fileLeads, fileVariable, leadAliases, windows } = config;
  const samples = Math.round(seconds * sampleRateHz);
  if (samples < 1) throw new CardioError('config', `\`seconds\`: ${seconds} s at ${sampleRateHz} Hz are no sample.`);
  const decisive = decisiveFields({ ...config, labelsFile: undefined }); // what the table says counts, not where it is
  const settings: SourceSettings = {
    dataDir,
    task,
    window: { samples, leads, sampleRateHz },
    features: [],
    preparation: {
      sampleRateHz,
      steps: [
        { step: 'select-leads', leads },
        ...signal.filter,
        { step: 'resample', sampleRateHz, window: { samples, pad } },
        ...signal.normalise,
      ],
    },
    options: {
      ...({ fileRateHz, fileUnit, fileLeads, fileVariable, leadAliases, windows } satisfies FileOptions),
      ...signal.options,
    },
  };
  return {
    name: 'folder',
    version: card.version,
    settings,
    records,
    absent: table.absent,
    notes: [
      ...notes,
      ...foldNotes(config),
      ...(table.unlisted > 0
        ? [`${table.unlisted} ECG files in the folder are not in ${config.labelsFile} and not used.`]
        : []),
      ...(config.patientColumn
        ? []
        : [
            'Without `patientColumn` each file counts as a patient of its own: if that is not so, scores are too good.',
          ]),
    ],
    contentHash: createHash('sha256').update(stableJson(decisive)).update(table.text).digest('hex'),
  };
}

function assertSplitsFilled(records: readonly SourceRecord[], { splitColumn }: FolderConfig): void {
  const empty = (['train', 'validation', 'test'] satisfies SplitName[]).find(
    (name) => !records.some(({ split }) => split === name),
  );
  if (empty === undefined) return;
  const patients = new Set(records.map(({ patientId }) => patientId)).size;
  throw new CardioError(
    'data',
    `None of the ${records.length} labelled records (${patients} patients) is in the ${empty} split. ` +
      (splitColumn
        ? `Give column \`${splitColumn}\` some.`
        : 'Choose larger fractions or another `splitSeed`, or name a `splitColumn` that divides them.'),
  );
}

async function prepareRecord(
  record: SourceRecord,
  { dataDir, task, preparation, options }: SourceSettings,
): Promise<Example[]> {
  // Both were made by `open`.
  const {
    fileRateHz,
    fileUnit,
    fileLeads,
    fileVariable,
    leadAliases = {},
    windows,
  } = options as unknown as FileOptions;
  const classes = record.detail as readonly number[];
  const path = join(dataDir, record.id);
  const { signal } = await readEcgFile(path, {
    ...(fileRateHz === undefined ? {} : { sampleRateHz: fileRateHz }),
    ...(fileUnit === undefined ? {} : { unit: fileUnit }),
    ...(fileLeads === undefined ? {} : { leads: fileLeads }),
    ...(fileVariable === undefined ? {} : { variable: fileVariable }),
  });
  const renamed = {
    ...signal,
    leads: signal.leads.map((lead) => (Object.hasOwn(leadAliases, lead) ? leadAliases[lead] : lead)),
  };
  const y = Float32Array.from(task.classes, (_, k) => (classes.includes(k) ? 1 : 0));
  const prepared = prepareFile(renamed, preparation, path, fileUnit);
  const missing = missingSamples(prepared);
  if (missing) throw new CardioError('data', `${path}: ${missing}`);
  const rule = windowRuleOf(preparation);
  const cut = fixedWindows(prepared, rule);
  if (cut.length === 0) {
    const [has, needs] = [prepared.samples[0].length, rule.samples].map((n) =>
      Number((n / preparation.sampleRateHz).toFixed(3)),
    );
    throw new CardioError(
      'data',
      `${path}: it has ${has} s, a window has ${needs} s. Choose fewer \`seconds\`, or \`pad\` it with zeros.`,
    );
  }
  return labelledWindows(record, cut, y, windows);
}

/**
 * Prepares one unseen file: windows one after the other from its start, a shorter rest left out. `y` is empty, because no labels are known.
 *
 * @param path with its extension; without one it is a WFDB record
 * @throws {CardioError} `data` for a file that does not say its rate, lacks a lead or is shorter than a window that is not to be padded
 */
async function windowsOf(path: string, preparation: Preparation): Promise<Example[]> {
  const { signal } = await readEcgFile(extname(path) === '' ? `${path}.hea` : path);
  return unseenWindows(path, path, prepareFile(signal, preparation, path), windowRuleOf(preparation));
}

/** Chooses leads, checks their size and resamples. */
function prepareFile(signal: Signal, preparation: Preparation, file: string, unit = 'mV'): Signal {
  const chosen = preparation.steps.find((step) => step.step === 'select-leads');
  if (!chosen) throw new CardioError('usage', 'The preparation is not one of a folder: it has no leads.');
  const selected = selectLeads(signal, chosen.leads);
  assertPlausible(selected, unit, { file });
  return prepareSignal(selected, preparation);
}
