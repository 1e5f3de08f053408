import { rhythmSpans, type Annotation, type RhythmSpan } from '@cardio/wfdb';

/** The tasks of Icentia11k and their classes, in the order of Weimann and Conrad's. */
export const icentiaTasks = {
  /** `Q` is "undefined" (not AAMI's Q), `S` a premature supraventricular, `V` a premature ventricular beat. */
  beat: ['undefined', 'normal', 'pac', 'pvc'],
  /** `none`: no rhythm is annotated, which is how noise and the ends of rhythms are marked. */
  rhythm: ['none', 'normal', 'afib', 'aflutter'],
  'heart-rate': ['tachycardia', 'bradycardia', 'normal', 'noise'],
} as const;

export type IcentiaTask = keyof typeof icentiaTasks;

/** What a segment's annotations say, ready to be asked about frames. */
export interface SegmentLabels {
  /** Samples of the beats, ascending. */
  readonly beats: Int32Array;
  /** One symbol for each: N, Q, S, V or a. */
  readonly symbols: readonly string[];
  readonly rhythms: readonly RhythmSpan[];
}

const sampleRateHz = 250;
const isBeat = (symbol: string): boolean => 'NQSVa'.includes(symbol);

/**
 * Beats and rhythms of a segment. Every beat has the text "None", which says nothing.
 *
 * @param length of the segment in samples
 */
export function segmentLabels(annotations: readonly Annotation[], length: number): SegmentLabels {
  const beats = annotations.filter(({ symbol }) => isBeat(symbol));
  return {
    beats: Int32Array.from(beats, ({ sample }) => sample),
    symbols: beats.map(({ symbol }) => symbol),
    rhythms: rhythmSpans(annotations, length),
  };
}

/**
 * The class of the frame of samples `from` to before `to`, by the rules of Weimann and Conrad (Sci Rep 11:5251, 2021; their functions
 * `get_beat_label`, `get_rhythm_label`, `get_heart_rate_label`):
 *
 * - *beat*: the most frequent of PAC, aberrated and PVC if there is any, else of undefined and normal; undefined without any beat;
 * - *rhythm*: the longest of fibrillation and flutter if there is any, else of none and normal;
 * - *heart rate*: 60 / mean RR of the frame; below 60 bradycardia, up to 100 normal, above tachycardia; noise for fewer than two beats.
 *
 * Where two are equal, the first in this order. Beats are counted that are complete: they end at their annotation, so that the first one in
 * the frame, which began before it, does not count.
 *
 * @returns the index in the task's classes; `undefined` for a frame of aberrated beats, for which there is no class (the database has none)
 */
export function frameClass(task: IcentiaTask, labels: SegmentLabels, from: number, to: number): number | undefined {
  const name = rules[task](labels, from, to);
  const k = (icentiaTasks[task] as readonly string[]).indexOf(name);
  return k < 0 ? undefined : k;
}

const rules: Readonly<Record<IcentiaTask, (labels: SegmentLabels, from: number, to: number) => string>> = {
  beat: ({ beats, symbols }, from, to) => {
    const counts = new Map<string, number>();
    for (const i of completeBeats(beats, from, to)) counts.set(symbols[i], (counts.get(symbols[i]) ?? 0) + 1);
    const count = (symbol: string): number => counts.get(symbol) ?? 0;
    const ectopic = most({ pac: count('S'), aberrated: count('a'), pvc: count('V') });
    return ectopic ?? most({ undefined: count('Q'), normal: count('N') }) ?? 'undefined';
  },
  rhythm: ({ rhythms }, from, to) => {
    const durations = { N: 0, AFIB: 0, AFL: 0 };
    for (const span of rhythms) {
      const lasts = Math.min(span.to, to) - Math.max(span.from, from);
      if (lasts > 0 && span.rhythm in durations) durations[span.rhythm as keyof typeof durations] += lasts;
    }
    const { N: normal, AFIB: afib, AFL: aflutter } = durations;
    const none = to - from - normal - afib - aflutter;
    return most({ afib, aflutter }) ?? most({ none, normal }) ?? 'none';
  },
  'heart-rate': ({ beats }, from, to) => {
    const own = completeBeats(beats, from, to);
    if (own.length < 2) return 'noise';
    const samples = beats[own[own.length - 1]] - beats[own[0]];
    const bpm = (60 * sampleRateHz * (own.length - 1)) / samples;
    return bpm < 60 ? 'bradycardia' : bpm <= 100 ? 'normal' : 'tachycardia';
  },
};

/** Indices of the beats at samples in [from, to] but the first of them. */
function completeBeats(beats: Int32Array, from: number, to: number): number[] {
  const own: number[] = [];
  for (let i = firstAt(beats, from) + 1; i < beats.length && beats[i] <= to; i++) own.push(i);
  return own;
}

/** The index of the first beat at or after a sample. */
function firstAt(beats: Int32Array, sample: number): number {
  let low = 0;
  let high = beats.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beats[middle] < sample) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The name with the largest number, the first of equals; `undefined` when all are 0. */
function most(numbers: Readonly<Record<string, number>>): string | undefined {
  const [best] = Object.entries(numbers).sort(([, a], [, b]) => b - a); // the sort is stable
  return best[1] > 0 ? best[0] : undefined;
}
