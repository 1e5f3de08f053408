// Draws the pictures of synthetic.md: npx tsx --conditions @cardio/source libs/signal/docs/synthetic-pictures.mts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ecgPaper } from '@cardio/eval/figures';
import { synthesizeEcg, type SyntheticEcgOptions } from '@cardio/signal';

type Picture = readonly [name: string, title: string, options: Partial<SyntheticEcgOptions>];

const plain = { severity: 1 } as const;

/** Sheets of 12 leads: what is to be seen differs between the leads. */
const sheets: readonly Picture[] = [
  ['normal', 'Sinus rhythm, 70/min', { heartRateBpm: 70 }],
  ['anterior-mi', 'Anterior infarct', { ...plain, conditions: ['anterior-mi'] }],
  ['inferior-mi', 'Inferior infarct', { ...plain, conditions: ['inferior-mi'] }],
  ['ischaemia', 'Ischaemia', { ...plain, conditions: ['ischaemia'] }],
  ['st-elevation-anterior', 'ST elevation, anterior', { ...plain, conditions: ['st-elevation-anterior'] }],
  ['st-elevation-inferior', 'ST elevation, inferior', { ...plain, conditions: ['st-elevation-inferior'] }],
  ['st-elevation-lateral', 'ST elevation, lateral', { ...plain, conditions: ['st-elevation-lateral'] }],
  ['st-depression-lateral', 'ST depression, lateral', { ...plain, conditions: ['st-depression-lateral'] }],
  ['st-depression-anterior', 'ST depression, anterior', { ...plain, conditions: ['st-depression-anterior'] }],
  ['st-depression-inferior', 'ST depression, inferior', { ...plain, conditions: ['st-depression-inferior'] }],
  ['lbbb', 'Left bundle branch block', { ...plain, conditions: ['lbbb'] }],
  ['rbbb', 'Right bundle branch block', { ...plain, conditions: ['rbbb'] }],
  ['lvh', 'Left ventricular hypertrophy', { ...plain, conditions: ['lvh'], person: 311 }],
  ['paced-ventricular', 'Ventricular pacing that follows the sinus node', { rhythm: 'paced', pacing: 'ventricular' }],
  [
    'pvc-outflow',
    'Premature ventricular beats from the outflow tract',
    { premature: { ventricular: 'quadrigeminy' }, person: 12 },
  ],
  [
    'pvc-left-ventricle',
    'Premature ventricular beats from the left ventricle',
    { premature: { ventricular: 'quadrigeminy' } },
  ],
  ['atrial-fibrillation', 'Atrial fibrillation', { rhythm: 'atrial-fibrillation', heartRateBpm: 90, atrialWaves: 1.8 }],
  ['atrial-flutter', 'Atrial flutter, 4:1', { rhythm: 'atrial-flutter', conduction: 4, heartRateBpm: 72 }],
];

/** Strips of leads II and V1: what is to be seen is when things happen. */
const strips: readonly Picture[] = [
  ['atrial-flutter-2', 'Atrial flutter, 2:1', { rhythm: 'atrial-flutter', heartRateBpm: 150 }],
  [
    'atrial-flutter-variable',
    'Atrial flutter, changing conduction',
    { rhythm: 'atrial-flutter', heartRateBpm: 95, conduction: 'variable' },
  ],
  ['pac', 'Premature atrial beats', { premature: { atrial: 'quadrigeminy' }, heartRateBpm: 62 }],
  ['pvc-bigeminy', 'Ventricular bigeminy', { premature: { ventricular: 'bigeminy' } }],
  ['av-block-1', 'First-degree AV block', { rhythm: 'av-block-1', heartRateBpm: 65 }],
  [
    'av-block-2-wenckebach',
    'Second-degree AV block, Wenckebach',
    { rhythm: 'av-block-2-wenckebach', heartRateBpm: 75 },
  ],
  [
    'av-block-2-mobitz',
    'Second-degree AV block, Mobitz II',
    { rhythm: 'av-block-2-mobitz', heartRateBpm: 75, conditions: ['rbbb'], ...plain },
  ],
  ['av-block-3-junctional', 'Third-degree AV block, junctional escape', { rhythm: 'av-block-3', heartRateBpm: 80 }],
  [
    'av-block-3-ventricular',
    'Third-degree AV block, ventricular escape',
    { rhythm: 'av-block-3', heartRateBpm: 85, escape: 'ventricular' },
  ],
  ['paced-atrial', 'Atrial pacing', { rhythm: 'paced', pacing: 'atrial' }],
  ['paced-dual', 'Dual-chamber pacing', { rhythm: 'paced', pacing: 'dual' }],
];

const folder = join(import.meta.dirname, 'img');
const base: SyntheticEcgOptions = {
  seconds: 12,
  sampleRateHz: 500,
  heartRateBpm: 72,
  noise: 0.5,
  seed: 12,
  person: 80,
};

for (const [pictures, layout] of [
  [sheets, { rowMillimetres: 40 }],
  [strips, { leads: ['II', 'V1'] }],
] as const) {
  for (const [name, title, options] of pictures) {
    const { signal, annotations } = synthesizeEcg({ ...base, ...options });
    const marks = annotations.map(({ sample, symbol, aux }) => ({ sample, text: aux || symbol }));
    const svg = ecgPaper(signal, {
      title,
      marks: marks.filter(({ text }) => !text.startsWith('(')),
      startSeconds: 1,
      ...layout,
    });
    writeFileSync(join(folder, `${name}.svg`), svg);
  }
}
