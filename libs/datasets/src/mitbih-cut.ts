import { isCardioError } from '@cardio/core';
import { beatsOf, countBeats, type Beat, type BeatCounts } from './aami.js';
import { plausibleBeats } from './beats-rr.js';
import { cutBeats, type BeatWindows, type CutBeat } from './beats.js';
import type { BadRecord, Preparation } from './dataset.js';
import { mitbihClasses, type MitbihConfig } from './mitbih-config.js';
import type { MitbihRecord } from './mitbih-records.js';
import { prepareSignal } from './prepare.js';

/** A record with the beats cut out of it (not standardised yet), and the count of all its beats. */
export interface CutRecord {
  readonly record: MitbihRecord;
  readonly cut: readonly CutBeat[];
  readonly counts: BeatCounts;
}

/**
 * Prepares each record's signal and cuts its beats. A record for which that fails is bad.
 *
 * @param onProgress called after each record with the number done and of all
 */
export function cutRecords(
  records: readonly MitbihRecord[],
  config: MitbihConfig,
  preparation: Preparation,
  windows: BeatWindows,
  onProgress?: (done: number, total: number) => void,
): { readonly records: readonly CutRecord[]; readonly bad: readonly BadRecord[] } {
  const done: CutRecord[] = [];
  const bad: BadRecord[] = [];
  for (const record of records) {
    try {
      done.push(cutRecord(record, config, preparation, windows));
    } catch (error) {
      if (!isCardioError(error)) throw error;
      bad.push({ record: record.name, reason: error.message });
    }
    onProgress?.(done.length + bad.length, records.length);
  }
  return { records: done, bad };
}

function cutRecord(
  record: MitbihRecord,
  config: MitbihConfig,
  preparation: Preparation,
  windows: BeatWindows,
): CutRecord {
  const { annotations, group, signal } = record;
  const beats = beatsOf(annotations);
  if (!signal) {
    const reason = group === 'paced' ? 'record with a pacemaker' : `no lead ${config.lead}`;
    return { record, cut: [], counts: countBeats(annotations, { [reason]: beats.length }) };
  }
  const { cut, leftOut } = cutBeats(
    prepareSignal(signal, preparation),
    beats,
    windows,
    exclusion(config, beats, signal.sampleRateHz),
  );
  return { record, cut, counts: countBeats(annotations, leftOut) };
}

/** Why the configuration leaves a beat out. */
function exclusion(
  config: MitbihConfig,
  beats: readonly Beat[],
  sampleRateHz: number,
): (beat: Beat, index: number) => string | undefined {
  const classes: readonly string[] = mitbihClasses[config.classes];
  const plausible = plausibleBeats(
    beats.map(({ sample }) => sample),
    sampleRateHz,
  );
  return ({ aami }, index) => {
    if (!classes.includes(aami)) return `class ${aami}`;
    return config.dropImplausibleRr && !plausible[index] ? 'implausible RR interval' : undefined;
  };
}
