import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, hash32, type Random, type Signal } from '@cardio/core';
import { selectLeads, synthesizeEcg } from '@cardio/signal';
import { encodeRecord } from '@cardio/wfdb';
import { planCohort, type PlannedRecord } from './synthetic-cohort.js';

/** What to make. */
export interface SyntheticMimicOptions {
  /** How many ECGs; default 60. */
  readonly records?: number;
  /** The same seed gives the same files, byte for byte. */
  readonly seed?: number;
  /** Every so many records one has gaps (NaN) in some leads; default 5, 0: none has. */
  readonly gapsEvery?: number;
  /** Called after each record: records written, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What is true of a record of the fixture. */
export interface SyntheticMimicRecord {
  readonly subjectId: string;
  readonly studyId: string;
  /** Path without extension, relative to the folder. */
  readonly path: string;
  readonly reports: readonly string[];
  /** Leads with gaps. */
  readonly gaps: readonly string[];
}

/** Lead order of the database: aVF before aVL. */
const fileLeads = ['I', 'II', 'III', 'aVR', 'aVF', 'aVL', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const reportCount = 18;
const measurementHeader = [
  ...['subject_id', 'study_id', 'cart_id', 'ecg_time'],
  ...Array.from({ length: reportCount }, (_, i) => `report_${i}`),
  ...['bandwidth', 'filtering', 'rr_interval', 'p_onset', 'p_end', 'qrs_onset', 'qrs_end', 't_end'],
  ...['p_axis', 'qrs_axis', 't_axis'],
];
/** What the machine writes where there is nothing to measure. */
const sentinel = 29999;

/**
 * Writes synthetic records in the files of MIMIC-IV-ECG 1.0: folders by patient and study, headers with aVF before aVL and the subject in a
 * comment, some leads with gaps, `record_list.csv`, and `machine_measurements.csv` with blank reports between filled ones and sentinels for a P
 * wave that isn't there. For tests and trials: it is no ECG of anyone.
 *
 * @returns what is true of each record, in the order of the tables
 */
export async function writeSyntheticMimic(
  folder: string,
  { records = 60, seed = 0, gapsEvery = 5, onProgress }: SyntheticMimicOptions = {},
): Promise<SyntheticMimicRecord[]> {
  await mkdir(folder, { recursive: true });
  const list = ['subject_id,study_id,file_name,ecg_time,path'];
  const measurements = [measurementHeader.join(',')];
  const written: SyntheticMimicRecord[] = [];
  for (const [i, planned] of planCohort(records, seed).entries()) {
    const random = createRandom(hash32(`mimic ${i}`, seed));
    const person = hash32(`patient ${planned.patient}`, seed);
    const subjectId = String(10_000_000 + 32 * planned.patient);
    const studyId = String(40_000_000 + 613 * (i + 1));
    const path = `files/p${subjectId.slice(0, 4)}/p${subjectId}/s${studyId}/${studyId}`;
    const gaps = gapsEvery > 0 && i % gapsEvery === gapsEvery - 1 ? ['aVF', fileLeads[random.integer(12)]] : [];
    await mkdir(join(folder, path, '..'), { recursive: true });
    const { header, files } = encodeRecord(
      studyId,
      signalOf(planned, { gaps, random, seed: hash32(`record ${i}`, seed), person }),
      {
        gain: 200,
        baseTime: '12:04:00',
        baseDate: '22/09/2182',
        info: [`<subject_id>: ${subjectId}`],
      },
    );
    const place = join(folder, path, '..');
    for (const [name, bytes] of files) await writeFile(join(place, name), bytes);
    await writeFile(join(place, `${studyId}.hea`), header.replaceAll(' 200(0)/mV', ' 200.0(0)/mV')); // as the database has it
    const time = `2182-09-22 12:${String(i % 60).padStart(2, '0')}:00`;
    const reports = reportsOf(planned, random);
    list.push([subjectId, studyId, studyId, time, path].join(','));
    measurements.push(
      [subjectId, studyId, 6848296, time, ...reports.map(quoted), '0.005-150 Hz', '60 Hz notch Baseline filter']
        .concat(intervalsOf(planned, random).map(String))
        .join(','),
    );
    written.push({ subjectId, studyId, path, reports, gaps: [...new Set(gaps)] });
    onProgress?.(i + 1, records);
  }
  await writeFile(join(folder, 'record_list.csv'), `${list.join('\n')}\n`);
  await writeFile(join(folder, 'machine_measurements.csv'), `${measurements.join('\n')}\n`);
  return written;
}

function signalOf(
  { conditions, rhythm, heartRateBpm }: PlannedRecord,
  of: { readonly gaps: readonly string[]; readonly random: Random; readonly seed: number; readonly person: number },
): Signal {
  const { seed, person } = of;
  const ecg = synthesizeEcg({ seconds: 10, sampleRateHz: 500, heartRateBpm, rhythm, conditions, seed, person });
  const signal = selectLeads(ecg.signal, fileLeads);
  const samples = signal.samples.map((lead, l) => {
    if (!of.gaps.includes(fileLeads[l])) return lead;
    const from = of.random.integer(lead.length - 400);
    return lead.slice().fill(NaN, from, from + 1 + of.random.integer(400));
  });
  return { ...signal, samples };
}

const findings: Readonly<Record<PlannedRecord['conditions'][number], readonly string[]>> = {
  'anterior-mi': ['Anterior infarct - age undetermined', 'Possible anteroseptal infarct - age undetermined'],
  'inferior-mi': ['Inferior infarct, old', 'Cannot rule out inferior infarct - age undetermined'],
  ischaemia: ['Lateral ST-T changes may be due to myocardial ischemia', 'Nonspecific T wave changes'],
  lbbb: ['Left bundle branch block'],
  rbbb: ['Right bundle branch block', 'RBBB with left anterior fascicular block'],
  lvh: ['Left ventricular hypertrophy', 'LVH with secondary repolarization abnormality'],
};

/** Eighteen reports, blank ones also between filled ones. */
function reportsOf({ conditions, rhythm, heartRateBpm }: PlannedRecord, random: Random): string[] {
  const first =
    rhythm === 'atrial-fibrillation'
      ? `Atrial fibrillation${heartRateBpm > 100 ? ' with rapid ventricular response' : ''}`
      : `Sinus ${heartRateBpm < 60 ? 'bradycardia' : heartRateBpm > 100 ? 'tachycardia' : 'rhythm'}`;
  const said = conditions.flatMap((condition) => {
    const ways = findings[condition];
    const found = ways[random.integer(ways.length)];
    return random.next() < 0.5 ? ['', found] : [found];
  });
  const summary = conditions.length > 0 ? 'Abnormal ECG' : rhythm === 'sinus' ? 'Normal ECG' : 'Borderline ECG';
  const filled = [first, ...said, '', summary];
  return [...filled, ...new Array<string>(reportCount - filled.length).fill('')];
}

/** RR, onsets and ends of P, QRS and T in ms, axes of P, QRS and T in degrees. */
function intervalsOf({ conditions, rhythm, heartRateBpm }: PlannedRecord, random: Random): number[] {
  const rr = Math.round(60_000 / heartRateBpm);
  const wide = conditions.some((condition) => condition === 'lbbb' || condition === 'rbbb');
  const qrsOnset = 170 + random.integer(60);
  const qrsEnd = qrsOnset + (wide ? 130 : 84) + random.integer(20);
  const tEnd = qrsOnset + Math.round(400 * Math.sqrt(rr / 1000)) + random.integer(20);
  const axes = [
    20 + random.integer(60),
    (conditions.includes('lvh') ? -45 : 10) + random.integer(60),
    random.integer(90),
  ];
  const noP = rhythm === 'atrial-fibrillation';
  const p = noP ? [sentinel, sentinel] : [40, 128];
  return [rr, ...p, qrsOnset, qrsEnd, tEnd, noP ? sentinel : axes[0], axes[1], axes[2]];
}

const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
