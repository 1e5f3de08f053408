import type { Random } from '@cardio/core';
import type { Activity, AtrialBeat } from './activity.js';
import { conducted, escapeRate, firstDegree, flutterBeats, mobitz, wenckebach } from './conduction.js';
import { addAtrialPremature, addVentricularPremature, type Ectopy } from './premature.js';
import { beatsOf, fibrillationIntervals, sinusIntervals, type Variability } from './sinus.js';

/** What decides when atria and ventricles beat; see `SyntheticEcgOptions`. */
interface RhythmPlan {
  readonly heartRateBpm: number;
  readonly seconds: number;
  readonly breathingHz: number;
  readonly variability: Variability;
  readonly conduction: 2 | 3 | 4 | 'variable' | undefined;
  readonly escape: 'junctional' | 'ventricular';
  readonly pacing: 'atrial' | 'ventricular' | 'dual';
  readonly prematureAtrial: Ectopy;
  readonly prematureVentricular: Ectopy;
}

type Maker = (random: Random, plan: RhythmPlan) => Activity;

const rhythms = {
  sinus: (random, plan) => {
    const atria = sinus(random, plan);
    return { atria, ventricles: conducted(atria, () => 0), label: plan.heartRateBpm < 60 ? '(SBR' : '(N' };
  },
  'atrial-fibrillation': (random, { heartRateBpm, seconds }) => {
    const mean = 60 / heartRateBpm;
    const beats = beatsOf(random, mean, seconds, fibrillationIntervals(random, mean));
    const ventricles = beats.map((beat) => ({ ...beat, origin: 'conducted' as const }));
    return { atria: [], ventricles, circling: 'fibrillation', label: '(AFIB' };
  },
  'atrial-flutter': (random, { heartRateBpm, seconds, conduction = nearestConduction(heartRateBpm) }) => {
    const waves = conduction === 'variable' ? 3 : conduction;
    const flutterHz = Math.min(345, Math.max(255, heartRateBpm * waves)) / 60;
    const ventricles = flutterBeats(random, flutterHz, conduction, seconds).map((beat) => ({
      ...beat,
      origin: 'conducted' as const,
    }));
    return { atria: [], ventricles, circling: { flutterHz }, label: '(AFL' };
  },
  'av-block-1': (random, plan) => {
    const atria = sinus(random, plan);
    return { atria, ventricles: conducted(atria, firstDegree(random.fork('node'))), label: '(BI' };
  },
  'av-block-2-wenckebach': (random, plan) => {
    const atria = sinus(random, plan);
    return { atria, ventricles: conducted(atria, wenckebach(random.fork('node'))), label: '(BII' };
  },
  'av-block-2-mobitz': (random, plan) => {
    const atria = sinus(random, plan);
    return { atria, ventricles: conducted(atria, mobitz(random.fork('node'))), label: '(BII' };
  },
  'av-block-3': (random, plan) => {
    const own = random.fork('escape');
    const origin = plan.escape === 'junctional' ? ('junction' as const) : ('escape' as const);
    const mean = 60 / escapeRate(own, origin, plan.heartRateBpm);
    const beats = beatsOf(own, mean, plan.seconds, () => mean * (1 + 0.012 * own.normal()));
    const ventricles = beats.map(({ time, rr }) => ({ time, rr: Math.min(rr, 1.3), origin })); // QT has an end
    return { atria: sinus(random, plan), ventricles, label: '(BIII' };
  },
  paced: (random, plan) => {
    const mean = 60 / plan.heartRateBpm;
    const atria: AtrialBeat[] =
      plan.pacing === 'ventricular'
        ? sinus(random, plan) // the machine follows the sinus node
        : beatsOf(random, mean, plan.seconds, () => mean).map((beat) => ({ ...beat, origin: 'paced-atrium' }));
    const ventricles = conducted(atria, () => (plan.pacing === 'atrial' ? 0.02 : 0.045)).map((beat) =>
      plan.pacing === 'atrial' ? beat : { ...beat, origin: 'paced' as const },
    );
    return { atria, ventricles, label: '(P' };
  },
} satisfies Record<string, Maker>;

/** What drives a synthetic heart, and how it is conducted. */
export type Rhythm = keyof typeof rhythms;

/** The names of all rhythms. */
export const rhythmNames = Object.keys(rhythms) as readonly Rhythm[];

/** Atria and ventricles over time, premature beats among them. */
export function createActivity(random: Random, rhythm: Rhythm, plan: RhythmPlan): Activity {
  const make: Maker = rhythms[rhythm];
  const activity = make(random, plan);
  const ventricles = plan.prematureVentricular
    ? addVentricularPremature(activity.ventricles, plan.prematureVentricular, random.fork('pvc'))
    : activity.ventricles;
  return { ...activity, ventricles, label: labelOf(activity.label, plan) };
}

function sinus(
  random: Random,
  { heartRateBpm, seconds, breathingHz, variability, prematureAtrial }: RhythmPlan,
): AtrialBeat[] {
  const mean = 60 / heartRateBpm;
  const beats = beatsOf(random, mean, seconds, sinusIntervals(random, mean, breathingHz, variability));
  const atria = beats.map((beat): AtrialBeat => ({ ...beat, origin: 'sinus' }));
  return prematureAtrial ? addAtrialPremature(atria, prematureAtrial, random.fork('pac')) : atria;
}

/** Atria flutter at about 300 a minute. */
function nearestConduction(heartRateBpm: number): 2 | 3 | 4 {
  const waves = Math.round(300 / heartRateBpm);
  return waves <= 2 ? 2 : waves === 3 ? 3 : 4;
}

/** Only sinus rhythm gives its name up to a pattern of premature beats. */
function labelOf(label: string, { prematureVentricular, prematureAtrial }: RhythmPlan): string {
  if (label !== '(N' && label !== '(SBR') return label;
  if (prematureVentricular === 'bigeminy') return '(B';
  if (prematureVentricular === 'trigeminy') return '(T';
  return prematureAtrial === 'bigeminy' ? '(AB' : label;
}
