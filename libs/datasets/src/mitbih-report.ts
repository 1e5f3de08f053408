import { sumCounts, type AnnotationCounts } from './aami.js';
import type { BadRecord, DatasetReport, Split, SplitName } from './dataset.js';
import type { MitbihConfig } from './mitbih-config.js';
import type { CutRecord } from './mitbih-cut.js';
import { mitbihGroups, type MitbihRecords } from './mitbih-records.js';

/** What the report is about. */
export interface Reported {
  readonly config: MitbihConfig;
  readonly found: MitbihRecords;
  readonly cut: readonly CutRecord[];
  readonly bad: readonly BadRecord[];
  readonly splits: Readonly<Record<SplitName, Split>>;
  /** Patients in two splits, by the published division. */
  readonly sharedPatients: readonly string[];
}

/** What was found and what became of each beat, with the notes a reader of the results needs. */
export function mitbihReport(reported: Reported): DatasetReport {
  const { cut, found, bad, splits } = reported;
  const used = Object.values(splits).flatMap(({ recordIds }) => recordIds);
  return { present: used.length, absent: found.absent, bad, notes: notesOn(reported), annotationCounts: countsOf(cut) };
}

function countsOf(cut: readonly CutRecord[]): AnnotationCounts {
  const groups = Object.keys(mitbihGroups).map((group) => {
    const counts = cut.filter(({ record }) => record.group === group).map((one) => one.counts);
    return [group, sumCounts(counts)] as const;
  });
  return {
    groups: Object.fromEntries(groups),
    records: Object.fromEntries(cut.map(({ record, counts }) => [record.name, counts])),
  };
}

function notesOn({ config, found, splits, sharedPatients }: Reported): string[] {
  const notes: string[] = [];
  if (sharedPatients.length > 0) {
    notes.push(
      'Records 201 (training) and 202 (test) are of one patient: a small leak inherent in the published division into DS1 and DS2.',
    );
  }
  if (found.withoutLead.length > 0) {
    notes.push(`Left out, because they have no lead ${config.lead}: ${found.withoutLead.join(', ')}.`);
  }
  if (splits.test.size === 0) notes.push('No record of DS2 is there, so there is nothing to test on.');
  else if (found.absent.length > 0) {
    const present = splits.test.recordIds;
    notes.push(
      `${found.absent.length} records of DS1 and DS2 are absent; the test set is ${present.length} of ${mitbihGroups.DS2.length} records of DS2 ` +
        `(${present.join(', ')}), so scores can't be compared with published ones.`,
    );
  }
  return notes;
}
