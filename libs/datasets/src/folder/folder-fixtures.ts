import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EcgDataset, Example, Split } from '../dataset.js';
import { folderConfig, type FolderConfig } from './config.js';

// For specs.

/** An empty folder of its own, and how to remove it. */
export function temporaryFolder(): { readonly root: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'cardio-folder-'));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Makes a folder with files of the given contents. */
export function folderOf(dir: string, files: Readonly<Record<string, string>>): string {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), text);
  }
  return dir;
}

/** `seconds` of lead II as CSV, told apart by its amplitude in mV. */
export function csv(amplitude: number, { rate = 100, seconds = 3, unit = 'mV', scale = 1 } = {}): string {
  const rows = Array.from({ length: rate * seconds }, (_, i) => {
    const value = amplitude * Math.sin((2 * Math.PI * 2 * i) / rate) * scale;
    return `${i / rate},${value}`;
  });
  return `time_s,II (${unit})\n${rows.join('\n')}\n`;
}

/** The examples' ids by split. */
export const ids = ({ splits }: EcgDataset): Record<string, string[]> =>
  Object.fromEntries(Object.values(splits).map((split) => [split.name, examplesOf(split).map(({ id }) => id)]));
/** All examples of a split. */
export const examplesOf = (split: Split): Example[] => Array.from({ length: split.size }, (_, i) => split.example(i));
const settings = { leads: ['II'], sampleRateHz: 100, seconds: 3, splitColumn: 'split' };

/** A configuration of 3 s of lead II at 100 Hz with its defaults filled in. */
export function parsed(options: Readonly<Record<string, unknown>>): FolderConfig {
  const given = Object.entries({ ...settings, ...options }).filter(([, value]) => value !== undefined);
  return folderConfig.parse(Object.fromEntries(given));
}
