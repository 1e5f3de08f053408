import { join } from 'node:path';
import { isCardioError } from '@cardio/core';
import { readAnnotations } from '@cardio/wfdb';
import { beatsOf, countBeats, sumCounts, type AnnotationCounts, type BeatCounts } from './aami.js';
import type { EcgDataset } from './dataset.js';
import { exclusion } from './mitbih-beats.js';
import { mitbihClasses, type MitbihConfig } from './mitbih-config.js';
import { findMitbihRecords, mitbihGroups, type MitbihGroup } from './mitbih-records.js';

/**
 * What is annotated in every readable record, paced ones too, and what became of each beat: the windows that the dataset has, and the reasons
 * for the others. A beat without window or other reason lies outside the record or has missing samples.
 */
export async function mitbihCounts(config: MitbihConfig, { splits, report }: EcgDataset): Promise<AnnotationCounts> {
  const { present, withoutLead } = await findMitbihRecords(config.dataDir, config.lead);
  const windows = new Map<string, number>();
  for (const split of Object.values(splits)) {
    for (let i = 0; i < split.size; i++) {
      const { recordId } = split.example(i);
      windows.set(recordId, (windows.get(recordId) ?? 0) + 1);
    }
  }
  const counted: { group: MitbihGroup; name: string; counts: BeatCounts }[] = [];
  for (const { name, group } of present) {
    if (report.bad.some(({ record }) => record === name)) continue;
    const reason =
      group === 'paced' ? 'record with a pacemaker' : withoutLead.includes(name) ? `no lead ${config.lead}` : undefined;
    const counts = await countsOf(name, config, reason, windows.get(name) ?? 0);
    if (counts) counted.push({ name, group, counts });
  }
  const sums = Object.keys(mitbihGroups).map((group) => {
    const own = counted.filter((one) => one.group === group).map(({ counts }) => counts);
    return [group, sumCounts(own)] as const;
  });
  return {
    groups: Object.fromEntries(sums),
    records: Object.fromEntries(counted.map(({ name, counts }) => [name, counts])),
  };
}

/** @param reason why the whole record is left out */
async function countsOf(
  name: string,
  { dataDir, classes, dropImplausibleRr }: MitbihConfig,
  reason: string | undefined,
  windows: number,
): Promise<BeatCounts | undefined> {
  const annotations = await readAnnotations(join(dataDir, name), 'atr').catch((error: unknown) => {
    if (!isCardioError(error)) throw error;
    return undefined; // of a paced record: any other is among the bad ones
  });
  if (!annotations) return undefined;
  const beats = beatsOf(annotations);
  const leftOut: Record<string, number> = {};
  const excluded = exclusion(beats, 360, { classes: mitbihClasses[classes], dropImplausibleRr });
  beats.forEach((beat, i) => {
    const why = reason ?? excluded(beat, i);
    if (why) leftOut[why] = (leftOut[why] ?? 0) + 1;
  });
  const rest = countBeats(annotations, leftOut).windows - windows;
  return countBeats(annotations, rest > 0 ? { ...leftOut, 'outside the record or missing samples': rest } : leftOut);
}
