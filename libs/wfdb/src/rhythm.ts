import type { Annotation } from './annotations.js';
import { WfdbError } from './errors.js';

/** A stretch of a record with one rhythm: samples `from` to before `to`. */
export interface RhythmSpan {
  readonly from: number;
  readonly to: number;
  /** As the annotation has it without its parenthesis, such as `AFIB` or `N`. */
  readonly rhythm: string;
}

/** What the rhythms of MIT-BIH and its kin mean (https://archive.physionet.org/physiobank/annotations.shtml). */
export const rhythmDescriptions: Readonly<Record<string, string>> = {
  AB: 'Atrial bigeminy',
  AFIB: 'Atrial fibrillation',
  AFL: 'Atrial flutter',
  ASYS: 'Asystole',
  B: 'Ventricular bigeminy',
  BI: '1st degree heart block',
  BII: '2nd degree heart block',
  HGEA: 'High grade ventricular ectopic activity',
  IVR: 'Idioventricular rhythm',
  N: 'Normal sinus rhythm',
  NOD: 'Nodal (A-V junctional) rhythm',
  P: 'Paced rhythm',
  PM: 'Pacemaker (paced rhythm)',
  PREX: 'Pre-excitation (WPW)',
  SBR: 'Sinus bradycardia',
  SVTA: 'Supraventricular tachyarrhythmia',
  T: 'Ventricular trigeminy',
  VER: 'Ventricular escape rhythm',
  VF: 'Ventricular fibrillation',
  VFIB: 'Ventricular fibrillation',
  VFL: 'Ventricular flutter',
  VT: 'Ventricular tachycardia',
};

/**
 * The rhythms of a record: each `+` with a text such as `(AFIB` starts one, which lasts until the next such, a `)`, or the record's end.
 * A text such as `(AFIB)` (Icentia11k) is one beat's rhythm and so lasts until the next annotation. Before the first `+` nothing is known,
 * and spans of no length are left out.
 *
 * @param annotations in order of time
 * @param length the record's length in samples
 * @throws {WfdbError} when an annotation lies before the one it follows, or `length` is not a number of samples
 */
export function rhythmSpans(annotations: readonly Annotation[], length: number): RhythmSpan[] {
  if (!(Number.isInteger(length) && length >= 0)) {
    throw new WfdbError('rhythm spans', `the record's length is ${length}; give its number of samples.`);
  }
  const spans: RhythmSpan[] = [];
  let open: { from: number; rhythm: string; single: boolean } | undefined;
  let before = 0;
  const close = (at: number): void => {
    const to = Math.min(at, length);
    if (open && to > open.from) spans.push({ from: open.from, to, rhythm: open.rhythm });
    open = undefined;
  };
  for (const { sample, symbol, aux } of annotations) {
    if (sample < before) {
      throw new WfdbError(
        'rhythm spans',
        `sample ${sample} stands after sample ${before}; sort annotations by sample.`,
      );
    }
    before = sample;
    if (open?.single && sample > open.from) close(sample);
    if (symbol !== '+') continue;
    const [, rhythm, end] = /^\(([^\s()]+)(\)?)/.exec(aux) ?? [];
    if (rhythm === undefined && aux.trim() !== ')') continue;
    close(sample);
    if (rhythm !== undefined) open = { from: sample, rhythm, single: end === ')' };
  }
  close(length);
  return spans;
}
