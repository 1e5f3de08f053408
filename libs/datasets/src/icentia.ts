import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CardioError, createRandom, define, hash32, stableJson, type Signal } from '@cardio/core';
import { readAnnotations, readHeader, readRecord } from '@cardio/wfdb';
import { assignSplits, foldNotes, nonStandardNote, planOf } from './assign-splits.js';
import { consecutiveWindows } from './consecutive-windows.js';
import type { Example, SplitName } from './dataset.js';
import { decisiveFields } from './decisive.js';
import { icentiaCard, icentiaConfig, type IcentiaConfig } from './icentia-config.js';
import { frameClass, icentiaTasks, segmentLabels, type IcentiaTask } from './icentia-labels.js';
import { missingSamples } from './fixed-windows.js';
import { loadSource } from './load-source.js';
import { interleave, prepareSignal } from './prepare.js';
import type { RecordSource, SourceDefinition, SourceRecord, SourceSettings } from './record-source.js';

const source: SourceDefinition<IcentiaConfig> = { card: icentiaCard, open, prepareRecord };

/** Icentia11k: frames of a wearable single-lead ECG with their beats, rhythm or heart rate. */
export const icentia11k = define({
  name: 'icentia11k',
  description: 'Icentia11k: 541,794 one-lead segments of 70 min of 11,000 patients, cut into frames (non-commercial).',
  config: icentiaConfig,
  create: (config: IcentiaConfig, onProgress) => loadSource(source, config, onProgress),
  ...source,
  windowsOf: consecutiveWindows,
});

const fileRateHz = 250;
const leads = ['ecg'];

/** What {@link prepareRecord} reads of the options. */
type FrameOptions = Pick<IcentiaConfig, 'frameSamples' | 'framesPerSegment' | 'frameSeed'>;

async function open(config: IcentiaConfig): Promise<RecordSource> {
  const { dataDir, task, frameSamples, framesPerSegment, frameSeed, sampleRateHz } = config;
  const { segments, unannotated } = await segmentsIn(dataDir);
  const samples = (frameSamples * sampleRateHz) / fileRateHz;
  if (!Number.isInteger(samples)) {
    throw new CardioError(
      'config',
      `A frame of ${frameSamples} samples at ${fileRateHz} Hz has ${samples} at \`sampleRateHz\` ${sampleRateHz}: choose a whole number.`,
    );
  }
  const splits = splitsOf(new Set(segments.map(({ patientId }) => patientId)), config);
  return {
    name: 'icentia11k',
    version: icentiaCard.version,
    settings: {
      dataDir,
      task: { name: task, kind: 'multi-class', classes: icentiaTasks[task] },
      window: { samples, leads, sampleRateHz },
      features: [],
      preparation: {
        sampleRateHz,
        steps: [
          { step: 'select-leads', leads },
          { step: 'resample', sampleRateHz, window: { samples, pad: false } },
        ],
      },
      options: { frameSamples, framesPerSegment, frameSeed } satisfies FrameOptions,
    },
    records: segments.map(({ id, patientId, folder }) => ({
      id,
      patientId,
      split: splits.get(patientId) ?? 'train', // every patient was divided
      files: [`${folder}/${id}.hea`, `${folder}/${id}.dat`, `${folder}/${id}.atr`],
    })),
    absent: [], // the database has no list that could be compared
    notes: [
      ...(unannotated > 0 ? [`Segments without annotations, left out: ${unannotated}.`] : []),
      ...foldNotes(config, config.protocol === 'heartkit' ? 'none' : 'next-fold'),
      ...heartkitNotes(config),
    ],
    contentHash: createHash('sha256')
      .update(stableJson(decisiveFields(config)))
      .digest('hex'),
  };
}

/** One segment's place. */
interface Segment {
  readonly id: string;
  readonly patientId: string;
  readonly folder: string;
}

/** The segments in the folder in the order of their names, by one listing a patient. */
async function segmentsIn(dataDir: string): Promise<{ segments: Segment[]; unannotated: number }> {
  const list = (folder: string): Promise<string[]> => readdir(join(dataDir, folder)).catch(() => []);
  const segments: Segment[] = [];
  let unannotated = 0;
  for (const group of (await list('')).filter((name) => /^p\d\d$/.test(name)).sort()) {
    for (const patientId of (await list(group)).filter((name) => /^p\d{5}$/.test(name)).sort()) {
      const folder = `${group}/${patientId}`;
      const names = new Set(await list(folder));
      for (const header of [...names].filter((name) => /^p\d{5}_s\d+\.hea$/.test(name)).sort()) {
        const id = header.slice(0, -4);
        if (names.has(`${id}.atr`)) segments.push({ id, patientId, folder });
        else unannotated++;
      }
    }
  }
  if (segments.length > 0) return { segments, unannotated };
  throw new CardioError(
    'not-found',
    `There is no segment with annotations in \`${dataDir}\`. \`dataDir\` must be the folder of Icentia11k, with files such as ` +
      `p00/p00000/p00000_s00.hea, .dat and .atr. Download it from ${icentiaCard.url}.`,
  );
}

const firstTestPatient = 10_000;

function splitsOf(patients: ReadonlySet<string>, config: IcentiaConfig): Map<string, SplitName> {
  if (config.protocol === 'drawn') return assignSplits(patients, planOf(config));
  const tests = [...patients].filter((patient) => Number(patient.slice(1)) >= firstTestPatient);
  const others = [...patients].filter((patient) => Number(patient.slice(1)) < firstTestPatient);
  const fractions = { validation: config.validationFraction, test: 0 };
  const drawn = assignSplits(others, { ...planOf(config, { test: 'none' }), fractions });
  for (const patient of tests) drawn.set(patient, 'test');
  return drawn;
}

function heartkitNotes(config: IcentiaConfig): string[] {
  const { protocol, frameSamples, sampleRateHz } = config;
  if (protocol !== 'heartkit' || (frameSamples === 1250 && sampleRateHz === 100)) return [];
  const seconds = frameSamples / fileRateHz;
  return [nonStandardNote(config, `frames of ${seconds} s at ${sampleRateHz} Hz, where heartkit has 5 s at 100 Hz`)];
}

async function prepareRecord(
  { id, patientId, files }: SourceRecord,
  { dataDir, task, preparation, options }: SourceSettings,
): Promise<Example[]> {
  const { frameSamples, framesPerSegment, frameSeed } = options as unknown as FrameOptions; // made by `open`
  const path = join(dataDir, files[0].slice(0, -4));
  const [{ length = 0, sampleRateHz }, annotations] = await Promise.all([
    readHeader(path),
    readAnnotations(path, 'atr'),
  ]);
  if (sampleRateHz !== fileRateHz) {
    throw new CardioError('data', `${files[0]}: it has ${sampleRateHz} Hz, expected ${fileRateHz} Hz.`);
  }
  const labels = segmentLabels(annotations, length);
  const all = Math.floor(length / frameSamples);
  const random = createRandom(hash32(id, frameSeed));
  const chosen = framesPerSegment === 0 ? undefined : random.shuffle([...Array(all).keys()]).slice(0, framesPerSegment);
  const read = await frameReader(path, chosen === undefined || chosen.length === all);
  const examples: Example[] = [];
  for (const frame of chosen?.sort((a, b) => a - b) ?? Array(all).keys()) {
    const from = frame * frameSamples;
    const k = frameClass(task.name as IcentiaTask, labels, from, from + frameSamples);
    if (k === undefined) continue;
    const signal = prepareSignal(await read(from, from + frameSamples), preparation);
    const missing = missingSamples(signal);
    if (missing) throw new CardioError('data', `${files[0]}, from sample ${from}: ${missing}`);
    const y = Float32Array.from(task.classes, (_, i) => (i === k ? 1 : 0));
    examples.push({
      id: `${id}:${from}`,
      recordId: id,
      patientId,
      x: interleave(signal, 0, signal.samples[0].length),
      y,
    });
  }
  return examples;
}

/** Reads the frames that are asked for and nothing else, or everything at once. */
async function frameReader(path: string, everything: boolean): Promise<(from: number, to: number) => Promise<Signal>> {
  if (!everything) return async (from, to) => (await readRecord(path, { from, to, leads })).signal;
  const { signal } = await readRecord(path, { leads });
  return (from, to) => Promise.resolve({ ...signal, samples: signal.samples.map((lead) => lead.subarray(from, to)) });
}
