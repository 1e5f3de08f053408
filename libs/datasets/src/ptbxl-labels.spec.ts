import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';
import { ptbxlLabels, type PtbxlLabels, type PtbxlTask } from './ptbxl-labels.js';

jest.setTimeout(60_000);

const statements = `,description,diagnostic,form,rhythm,diagnostic_class,diagnostic_subclass
NDT,non-diagnostic T abnormalities,1.0,1.0,,STTC,STTC
NORM,normal ECG,1.0,,,NORM,NORM
IMI,inferior myocardial infarction,1.0,,,MI,IMI
ILMI,inferolateral myocardial infarction,1.0,,,MI,IMI
AMI,anterior myocardial infarction,1.0,,,MI,AMI
SR,sinus rhythm,,,1.0,,
`;
const header = 'ecg_id,patient_id,scp_codes,strat_fold,filename_lr,filename_hr';
const row = (id: number, codes: string, fold = '1'): string => `${id},${id}.0,"${codes}",${fold},lr/${id},hr/${id}`;
const labels = (task: PtbxlTask, ...rows: string[]): PtbxlLabels =>
  ptbxlLabels([header, ...rows].join('\n'), statements, task);

describe('labels', () => {
  test('of likelihood 0 count as any other', () =>
    expect(labels('superclass', row(1, "{'IMI': 0.0, 'SR': 0.0}")).rows.map((r) => r.labels)).toEqual([[0]]));

  test('are counted once a record, however many of its codes give them', () => {
    const { classes, rows } = labels('subclass', row(1, "{'ILMI': 50.0, 'IMI': 100.0, 'AMI': 15.0}"));
    expect(classes).toEqual(['AMI', 'IMI', 'NORM', 'STTC']);
    expect(rows[0].labels).toEqual([0, 1]);
  });

  test('of two groups count in both', () => {
    expect(labels('form', row(1, "{'NDT': 100.0}")).rows).toHaveLength(1);
    expect(labels('diagnostic', row(1, "{'NDT': 100.0}")).rows).toHaveLength(1);
  });

  test('decide who is in: a record without one for the task is dropped', () => {
    const { rows, listed } = labels('rhythm', row(1, "{'NORM': 100.0}"), row(2, "{'SR': 0.0}"));
    expect(rows.map((r) => r.ecgId)).toEqual(['2']);
    expect(listed).toBe(2);
  });

  test('that the table does not know are reported', () =>
    expect(labels('all', row(1, "{'NORM': 100.0, 'XYZ': 0.0}")).unknownCodes).toEqual(['XYZ']));

  test('carry patient, fold and paths', () =>
    expect(labels('all', row(7, "{'SR': 0.0}", '10')).rows).toEqual([
      { ecgId: '7', patientId: '7', fold: 10, path100: 'lr/7', path500: 'hr/7', labels: [5], attributes: {} },
    ]));

  test.each([
    [row(3, 'NORM'), 'ecg_id 3: `scp_codes` must be a dictionary'],
    [row(4, "{'NORM': 100.0}", '11'), 'ecg_id 4: `strat_fold` must be 1 to 10. Received: "11"'],
    ['5,5,"{}', 'ptbxl_database.csv: '],
  ])('name the malformed row %j', (line, message) => expect(() => labels('all', line)).toThrow(message));

  test('need their columns', () =>
    expect(() => ptbxlLabels('ecg_id,fold\n1,2\n', statements, 'all')).toThrow(
      'ptbxl_database.csv has no column `patient_id`',
    ));
});

// The oracle of version 1.0.1, the version of the published benchmark.
const folder = fileURLToPath(new URL('../../../../shared/data/ptb-xl', import.meta.url));
const here = existsSync(folder);
if (!here) console.warn(`Skipped: the counts of PTB-XL 1.0.1 need its two CSV files, and there is no ${folder}.`);

(here ? describe : describe.skip)('PTB-XL 1.0.1', () => {
  const read = (name: string): string => (here ? readFileSync(join(folder, name), 'utf8') : '');
  const [database, table] = [read('ptbxl_database.csv'), read('scp_statements.csv')];
  const cache = new Map<PtbxlTask, PtbxlLabels>();
  const labelsOf = (task: PtbxlTask): PtbxlLabels => {
    const labels = cache.get(task) ?? ptbxlLabels(database, table, task);
    cache.set(task, labels);
    return labels;
  };
  const splitOf = (fold: number): number => (fold <= 8 ? 0 : fold - 8);

  test.each<[PtbxlTask, number, number[]]>([
    ['all', 71, [17_441, 2_193, 2_203]],
    ['superclass', 5, [17_111, 2_156, 2_163]],
    ['subclass', 23, [17_111, 2_156, 2_163]],
    ['diagnostic', 44, [17_111, 2_156, 2_163]],
    ['form', 19, [7_202, 904, 882]],
    ['rhythm', 12, [16_854, 2_109, 2_103]],
  ])('has the published numbers of records in task %s', (task, classes, expected) => {
    const labels = labelsOf(task);
    const sizes = [0, 0, 0];
    const used = new Set<number>();
    for (const { fold, labels: own } of labels.rows) {
      sizes[splitOf(fold)]++;
      for (const k of own) used.add(k);
    }
    expect(sizes).toEqual(expected);
    expect(labels).toMatchObject({ version: '1.0.1', listed: 21_837, unknownCodes: [] });
    expect(labels.classes).toHaveLength(classes);
    expect(used.size).toBe(classes);
  });

  test('has the published numbers of each superclass, and no patient in two splits', () => {
    const { classes, rows } = labelsOf('superclass');
    const counts = classes.map(() => [0, 0, 0]);
    const homes = new Map<string, Set<number>>();
    for (const { fold, labels, patientId } of rows) {
      for (const k of labels) counts[k][splitOf(fold)]++;
      homes.set(patientId, (homes.get(patientId) ?? new Set()).add(splitOf(fold)));
    }
    expect(Object.fromEntries(classes.map((name, k) => [name, counts[k]]))).toEqual({
      CD: [3_912, 497, 498],
      HYP: [2_121, 271, 263],
      MI: [4_389, 544, 553],
      NORM: [7_607, 957, 964],
      STTC: [4_193, 534, 523],
    });
    expect([...homes.values()].filter((splits) => splits.size > 1)).toHaveLength(0);
  });

  test('has 18,885 patients', () => expect(new Set(labelsOf('all').rows.map((r) => r.patientId)).size).toBe(18_885));
});
