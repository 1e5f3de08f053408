import type { Signal } from '@cardio/core';
import { rhythmSpans, type Annotation } from '@cardio/wfdb';
import type { Example } from './dataset.js';
import { fixedWindows } from './fixed-windows.js';
import { patientOf } from './mitbih-records.js';

/**
 * The classes of task rhythm and the rhythm annotations that each stands for. Left out, because a division by patients could not train and
 * test them, are second-degree block (`BII`, record 231 alone), pre-excitation (`PREX`, 230 alone) and paced rhythm (`P`).
 */
export const rhythmClasses = {
  /** Normal sinus rhythm and sinus bradycardia. */
  sinus: ['N', 'SBR'],
  /** Atrial fibrillation and flutter: in DS1 flutter is in record 203 alone. */
  atrial_fibrillation_or_flutter: ['AFIB', 'AFL'],
  /** Supraventricular tachyarrhythmia, atrial bigeminy, nodal rhythm. */
  supraventricular: ['SVTA', 'AB', 'NOD'],
  /** Ventricular bigeminy, trigeminy, tachycardia, flutter and fibrillation, idioventricular rhythm. */
  ventricular: ['B', 'T', 'VT', 'VFL', 'VF', 'VFIB', 'IVR', 'VER'],
} as const satisfies Record<string, readonly string[]>;

const classOf: ReadonlyMap<string, string> = new Map(
  Object.entries(rhythmClasses).flatMap(([name, codes]) => codes.map((code) => [code, name] as const)),
);

/**
 * The class with the longest part of samples `from` to `to`; `undefined` when that is a rhythm of no class, or no annotated one. Of equally long
 * ones the first in time counts.
 */
export function longestRhythm(
  spans: readonly { readonly from: number; readonly to: number; readonly rhythm: string }[],
  from: number,
  to: number,
): string | undefined {
  const lengths = new Map<string, number>();
  let known = 0;
  for (const span of spans) {
    const part = Math.min(to, span.to) - Math.max(from, span.from);
    if (part <= 0) continue;
    const name = classOf.get(span.rhythm) ?? `other: ${span.rhythm}`;
    lengths.set(name, (lengths.get(name) ?? 0) + part);
    known += part;
  }
  const [longest] = [...lengths].sort(([, a], [, b]) => b - a);
  if (!longest || longest[1] < to - from - known) return undefined;
  return longest[0] in rhythmClasses ? longest[0] : undefined;
}

/** The windows of one record, each labelled by its longest rhythm; those without a label are left out. */
export function rhythmExamples(
  recordId: string,
  annotations: readonly Annotation[],
  signal: Signal,
  { samples, classes }: { readonly samples: number; readonly classes: readonly string[] },
): Example[] {
  const spans = rhythmSpans(annotations, signal.samples[0].length);
  return fixedWindows(signal, { samples }).flatMap(({ from, x }): Example[] => {
    const rhythm = longestRhythm(spans, from, from + samples);
    if (rhythm === undefined || x.some(Number.isNaN)) return [];
    const y = Float32Array.from(classes, (name) => (name === rhythm ? 1 : 0));
    return [{ id: `${recordId}:${from}`, recordId, patientId: patientOf(recordId), x, y }];
  });
}
