import type { Signal } from '@cardio/core';

/** Windows of one length, one after the other. */
export interface WindowRule {
  readonly samples: number;
  /** From the start of each to the next; default `samples`. */
  readonly stride?: number;
  /** Whether a record shorter than a window is filled up at its end; else it has none. */
  readonly pad?: boolean;
  /** What it is filled up with; default 0. */
  readonly fill?: number;
}

/** A window and the sample of the record with which it begins. */
export interface FixedWindow {
  readonly from: number;
  /** `[T * L]`, row-major over time, then lead. */
  readonly x: Float32Array;
}

/** Where windows of a record of `time` samples begin; a rest shorter than a window is left out. */
export const windowStarts = (time: number, samples: number, stride: number): number[] =>
  Array.from({ length: Math.floor((time - samples) / stride) + 1 }, (_, i) => i * stride);

/** Cuts windows from a record's start on, one after the other or by `stride`; a rest shorter than a window is left out, unless it is all there is and `pad` is set. */
export function fixedWindows(
  signal: Signal,
  { samples, stride = samples, pad = false, fill = 0 }: WindowRule,
): FixedWindow[] {
  const length = signal.samples[0]?.length ?? 0;
  if (pad && length < samples) {
    const x = new Float32Array(samples * signal.samples.length).fill(fill);
    x.set(interleave(signal, 0, length));
    return [{ from: 0, x }];
  }
  return windowStarts(length, samples, stride).map((from) => ({ from, x: interleave(signal, from, from + samples) }));
}

/** The samples [from, to) of all leads as a model takes them: row-major, time then lead, `[T * L]`. */
export function interleave({ samples }: Signal, from: number, to: number): Float32Array {
  const leads = samples.length;
  const window = new Float32Array((to - from) * leads);
  samples.forEach((lead, l) => {
    for (let i = from; i < to; i++) window[(i - from) * leads + l] = lead[i];
  });
  return window;
}

/** What is wrong with a signal that has missing samples, which no model can take; `undefined` when it is complete. */
export function missingSamples({ samples, leads }: Signal): string | undefined {
  const holes = samples.flatMap((lead, i) => {
    const missing = lead.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
    return missing > 0 ? [`${missing} in lead ${leads[i]}`] : [];
  });
  return holes.length > 0 ? `samples are missing: ${holes.join(', ')}.` : undefined;
}
