import { describe, expect, test } from '@jest/globals';
import { mimicReportClasses, reportLabels } from './mimic-reports.js';

const namesOf = (bits: number): string[] => mimicReportClasses.filter((_, k) => (bits >> k) & 1);
const read = (...reports: string[]): { stated: string[]; doubtful: string[] } => {
  const { stated, doubtful } = reportLabels(reports);
  return { stated: namesOf(stated), doubtful: namesOf(doubtful) };
};
const states = (report: string, ...stated: string[]) => [report, stated, [] as string[]] as const;
const doubts = (report: string, ...doubtful: string[]) => [report, [] as string[], doubtful] as const;

describe('a machine report', () => {
  test.each([
    states('Sinus rhythm', 'sinus-rhythm'),
    states('Sinus tachycardia', 'sinus-rhythm', 'tachycardia'),
    states('Sinus bradycardia with sinus arrhythmia', 'sinus-rhythm', 'bradycardia'),
    states('Sinus rhythm with PVC(s)', 'sinus-rhythm', 'premature-ventricular-contraction'),
    states('Ventricular premature complexes', 'premature-ventricular-contraction'),
    states('Atrial fibrillation with rapid ventricular response', 'atrial-fibrillation'),
    states('Atrial flutter with 2:1 block', 'atrial-flutter'),
    states('Atrial fibrillation/flutter', 'atrial-fibrillation', 'atrial-flutter'),
    states('Supraventricular tachycardia', 'tachycardia'),
    states('Ventricular tachycardia', 'tachycardia', 'ventricular-tachycardia'),
    states('SVT with aberrancy', 'supraventricular-tachycardia-with-aberrancy'),
    states('Wolff-Parkinson-White pattern', 'accessory-pathway'),
    states('Sinus rhythm with 1st degree A-V block', 'sinus-rhythm', 'atrioventricular-block', 'first-degree-block'),
    states('Prolonged PR interval', 'atrioventricular-block', 'first-degree-block'),
    states('Second degree AV block, Mobitz I', 'atrioventricular-block', 'second-degree-block'),
    states('Complete A-V block', 'atrioventricular-block', 'complete-block'),
    states('RBBB with left anterior fascicular block', 'bifascicular-block', 'right-bundle-branch-block'),
    states('Right bundle branch block', 'right-bundle-branch-block'),
    states('Left bundle branch block', 'left-bundle-branch-block'),
    states('Incomplete right bundle branch block'),
    states('Incomplete LBBB'),
    states('Inferior infarct, age undetermined', 'infarction'),
    states('Probable anterior infarct - acute', 'infarction'),
    states('*** ACUTE MI ***', 'infarction'),
    states('Ventricular-paced rhythm', 'electronic-pacemaker'),
    states('Pacemaker rhythm - no further analysis', 'electronic-pacemaker'),
    states('No further rhythm analysis attempted due to paced rhythm', 'electronic-pacemaker'),
    states('Warning: data quality may affect interpretation', 'poor-data-quality'),
    states('Normal ECG'),
    states('Lateral ST-T changes may be due to myocardial ischemia'),
  ])('states: %s', (report, stated, doubtful) => expect(read(report)).toEqual({ stated, doubtful }));

  test.each([
    doubts('Possible inferior infarct - age undetermined', 'infarction'),
    doubts('Cannot rule out anterior infarct, age undetermined', 'infarction'),
    doubts('Consider accessory pathway', 'accessory-pathway'),
    doubts('Borderline first degree A-V block', 'atrioventricular-block', 'first-degree-block'),
    doubts('Inferior infarct cannot be excluded', 'infarction'),
  ])('doubts: %s', (report, stated, doubtful) => expect(read(report)).toEqual({ stated, doubtful }));

  test.each([
    'No evidence of atrial fibrillation or flutter',
    'Without infarction',
    'Pacemaker spikes are not present',
    'Sinus rhythm has been replaced',
  ])('denies: %s', (report) => expect(read(report)).toEqual({ stated: [], doubtful: [] }));

  test('doubts and denials end with their clause', () => {
    expect(read('Possible sinus rhythm with PVCs')).toEqual({
      stated: ['premature-ventricular-contraction'],
      doubtful: ['sinus-rhythm'],
    });
    expect(read('No infarct; left bundle branch block').stated).toEqual(['left-bundle-branch-block']);
    expect(read('Atrial fibrillation has replaced sinus rhythm').stated).toEqual(['atrial-fibrillation']);
  });
});

describe('the reports of an ECG', () => {
  test('are joined over blank ones, which say nothing', () =>
    expect(read('Sinus rhythm', '', '', 'Left bundle branch block', '', 'Abnormal ECG').stated).toEqual([
      'sinus-rhythm',
      'left-bundle-branch-block',
    ]));

  test('doubt what none of them states', () =>
    expect(read('Possible inferior infarct', 'Anterior infarct', 'Possible paced rhythm')).toEqual({
      stated: ['infarction'],
      doubtful: ['electronic-pacemaker'],
    }));

  test('are read the same from memory', () => {
    const known = new Map();
    const reports = ['Sinus rhythm', 'Possible inferior infarct'];
    expect(reportLabels(reports, known)).toEqual(reportLabels(reports, known));
    expect(known.size).toBe(2);
  });
});

test('the first seventeen classes are those of ECG-FM', () =>
  // data/mimic_iv_ecg/labels/label_def.csv of bowang-lab/ECG-FM, in its words
  expect(mimicReportClasses.slice(0, 17).map((name) => name.replaceAll('-', ' '))).toEqual(
    [
      'Poor data quality',
      'Sinus rhythm',
      'Premature ventricular contraction',
      'Tachycardia',
      'Ventricular tachycardia',
      'Supraventricular tachycardia with aberrancy',
      'Atrial fibrillation',
      'Atrial flutter',
      'Bradycardia',
      'Accessory pathway',
      'Atrioventricular block',
      'First degree block',
      'Bifascicular block',
      'Right bundle branch block',
      'Left bundle branch block',
      'Infarction',
      'Electronic pacemaker',
    ].map((name) => name.toLowerCase()),
  ));
