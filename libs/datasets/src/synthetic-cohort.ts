import { createRandom, hash32, type Random } from '@cardio/core';
import type { Condition as AnyCondition, Rhythm as AnyRhythm } from '@cardio/signal';

/** What cohorts are made of: a part of what `synthesizeEcg` can make. */
type Condition = Extract<AnyCondition, 'anterior-mi' | 'inferior-mi' | 'ischaemia' | 'lbbb' | 'rbbb' | 'lvh'>;
type Rhythm = Extract<AnyRhythm, 'sinus' | 'atrial-fibrillation'>;

/** One planned record of a made-up cohort. */
export interface PlannedRecord {
  readonly patient: number;
  /** 1 to 10; all records of a patient are in one. */
  readonly fold: number;
  readonly age: number;
  /** As PTB-XL codes it: 0 male, 1 female. */
  readonly sex: 0 | 1;
  readonly conditions: readonly Condition[];
  readonly rhythm: Rhythm;
  readonly heartRateBpm: number;
  /** SCP codes and their likelihoods. */
  readonly scpCodes: readonly (readonly [code: string, likelihood: number])[];
}

interface Group {
  /** Of all patients. */
  readonly share: number;
  /** One of these, or nothing for healthy people. */
  readonly main: readonly Condition[];
  /** What may come with it, and how often. */
  readonly also: readonly (readonly [Condition, number])[];
}

/** One group for each superclass, in shares like PTB-XL's: NORM, MI, STTC, CD, HYP. */
const groups: readonly Group[] = [
  { share: 0.34, main: [], also: [] },
  {
    share: 0.2,
    main: ['anterior-mi', 'inferior-mi'],
    also: [
      ['ischaemia', 0.2],
      ['rbbb', 0.15],
      ['lvh', 0.08],
    ],
  },
  {
    share: 0.16,
    main: ['ischaemia'],
    also: [
      ['lvh', 0.15],
      ['rbbb', 0.08],
    ],
  },
  { share: 0.17, main: ['lbbb', 'rbbb'], also: [['ischaemia', 0.1]] },
  {
    share: 0.13,
    main: ['lvh'],
    also: [
      ['ischaemia', 0.3],
      ['rbbb', 0.08],
    ],
  },
];

/** How a condition is coded: with one of these diagnoses, and in most records one of these descriptions of form. */
const coding: Readonly<
  Record<Condition, { readonly diagnoses: readonly string[]; readonly forms: readonly string[] }>
> = {
  'anterior-mi': { diagnoses: ['ASMI', 'AMI'], forms: ['QWAVE'] },
  'inferior-mi': { diagnoses: ['IMI'], forms: ['QWAVE'] },
  ischaemia: { diagnoses: ['ISC_', 'NDT'], forms: ['STD_', 'INVT'] },
  lbbb: { diagnoses: ['CLBBB'], forms: ['ABQRS'] },
  rbbb: { diagnoses: ['CRBBB'], forms: ['ABQRS'] },
  lvh: { diagnoses: ['LVH'], forms: ['VCLVH'] },
};

const folds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const firstFolds = [10, 9, 8];

/**
 * Plans a cohort of patients with one to three records each, every group spread evenly over the ten folds. The first three patients of a
 * group go to folds 10, 9 and 8, so that even a small cohort has every superclass to train, to choose and to test on.
 */
export function planCohort(records: number, seed: number): PlannedRecord[] {
  const planned: PlannedRecord[] = [];
  const patientsOf = groups.map(() => new Array<number>(11).fill(0)); // of a group in each fold
  const sizes = groups.map(() => 0);
  const recordsIn = new Array<number>(11).fill(0);
  for (let patient = 1; planned.length < records; patient++) {
    const lag = groups.map(({ share }, g) => share * patient - sizes[g]);
    const g = lag.indexOf(Math.max(...lag));
    const emptiest = folds.toSorted((a, b) => patientsOf[g][a] - patientsOf[g][b] || recordsIn[a] - recordsIn[b])[0];
    const fold = firstFolds[sizes[g]] ?? emptiest;
    const own = planPatient(createRandom(hash32(`patient ${patient}`, seed)), groups[g], patient, fold);
    planned.push(...own);
    sizes[g]++;
    patientsOf[g][fold]++;
    recordsIn[fold] += own.length;
  }
  return planned.slice(0, records);
}

function planPatient(random: Random, { main, also }: Group, patient: number, fold: number): PlannedRecord[] {
  const conditions = [
    ...(main.length > 0 ? [one(random, main)] : []),
    ...also.filter(([, chance]) => random.next() < chance).map(([condition]) => condition),
  ];
  const ill = conditions.length > 0;
  const age = within(18, 89, Math.round((ill ? 66 : 46) + (ill ? 11 : 15) * random.normal()));
  const sex = random.next() < 0.48 ? 1 : 0;
  const rhythm = ill && random.next() < 0.1 ? 'atrial-fibrillation' : 'sinus';
  const diagnoses = conditions.map((condition) => one(random, coding[condition].diagnoses));
  const count = random.next() < 0.65 ? 1 : random.next() < 0.6 ? 2 : 3;
  return Array.from({ length: count }, () => {
    const mean = rhythm === 'sinus' ? 71 : 88;
    const heartRateBpm = within(42, 135, Math.round(mean + 14 * random.normal()));
    const forms = conditions.filter(() => random.next() < 0.7).map((condition) => one(random, coding[condition].forms));
    const scpCodes = new Map<string, number>();
    for (const code of ill ? diagnoses : ['NORM']) scpCodes.set(code, one(random, [100, 100, 80, 50]));
    for (const code of [...forms, rhythmCode(rhythm, heartRateBpm)]) scpCodes.set(code, 0);
    return { patient, fold, age, sex, conditions, rhythm, heartRateBpm, scpCodes: [...scpCodes] };
  });
}

function rhythmCode(rhythm: Rhythm, heartRateBpm: number): string {
  if (rhythm === 'atrial-fibrillation') return 'AFIB';
  return heartRateBpm < 60 ? 'SBRAD' : heartRateBpm > 100 ? 'STACH' : 'SR';
}

const one = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)];
const within = (low: number, high: number, value: number): number => Math.min(high, Math.max(low, value));
