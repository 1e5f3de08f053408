import { readFileSync } from 'node:fs';
import type { EcgFile } from './ecg-file.js';

/** For specs: a file of golden/ecg-files, made by golden/ecg-files.py. */
export const goldenFile = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../golden/ecg-files/${name}`, import.meta.url)));

/** What other tools read in the files, in mV, `[lead][sample]`. */
export const expectedValues = JSON.parse(new TextDecoder().decode(goldenFile('expected.json'))) as {
  /** The signal that was written: leads I, II, V1, 500 samples at 250 Hz. */
  readonly mV: number[][];
  readonly biosig: Readonly<Record<'plain.edf' | 'aecg.xml', number[][]>>;
  readonly dicom: Readonly<Record<'explicit.dcm', number[][]>>;
};

/** How far from each other a signal and `[lead][sample]` are at most, in mV; infinitely, if their sizes differ. */
export function differenceFrom({ signal }: EcgFile, expected: readonly (readonly number[])[]): number {
  const sizes = (leads: readonly { readonly length: number }[]): string => leads.map(({ length }) => length).join(' ');
  if (sizes(signal.samples) !== sizes(expected)) return Infinity;
  return Math.max(
    ...signal.samples.flatMap((lead, l) => [...lead].map((value, i) => Math.abs(value - expected[l][i]))),
  );
}

/** Rounding to float32 of values up to 8 mV. */
export const rounding = 1e-6;
