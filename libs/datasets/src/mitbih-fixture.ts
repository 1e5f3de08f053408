import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, hash32, type Random, type Signal } from '@cardio/core';
import { writeAnnotations, writeRecord, type Annotation } from '@cardio/wfdb';
import { countBeats, type AamiClass, type BeatCounts } from './aami.js';

/** What to make. */
export interface SyntheticMitbihOptions {
  /** Names of MIT-BIH records; default a few of DS1 (with those for validation) and of DS2, and one paced. */
  readonly records?: readonly string[];
  /** Length of each record; default 60. */
  readonly seconds?: number;
  readonly seed?: number;
  /** Storage format; default 212, as in the database. */
  readonly format?: 16 | 212;
}

const sampleRateHz = 360;
const defaultRecords = '101 106 114 124 201 205 208 209 220 223 100 202 213 232 102'.split(' ');

/** One wave of a beat: amplitude in mV, centre and width in seconds from the R peak. */
type Wave = readonly [mv: number, centre: number, width: number];

const p: Wave = [0.12, -0.16, 0.02];
const t: Wave = [0.25, 0.26, 0.04];
const narrow: readonly Wave[] = [[-0.1, -0.025, 0.008], [1.1, 0, 0.011], [-0.2, 0.03, 0.01]]; // prettier-ignore
const wide: readonly Wave[] = [[1.7, 0, 0.035], [-0.8, 0.09, 0.045], [-0.4, 0.28, 0.06]]; // prettier-ignore
const halved = (waves: readonly Wave[]): Wave[] => waves.map(([mv, centre, width]) => [mv / 2, centre, width]);

/** The kinds of beat: waves, how often, and the interval before as a part of the usual one. */
const kinds: Readonly<Record<AamiClass, { symbol: string; share: number; early: number; waves: readonly Wave[] }>> = {
  N: { symbol: 'N', share: 0.74, early: 1, waves: [p, ...narrow, t] },
  S: { symbol: 'A', share: 0.1, early: 0.65, waves: [...narrow, t] },
  V: { symbol: 'V', share: 0.1, early: 0.7, waves: wide },
  F: { symbol: 'F', share: 0.05, early: 0.95, waves: [p, ...halved(narrow), ...halved(wide)] },
  Q: { symbol: 'Q', share: 0.01, early: 1, waves: [[0.4, 0, 0.05]] },
};

/**
 * Writes synthetic records in the files of MIT-BIH (`.hea`, `.dat`, `.atr`, `RECORDS`): two leads at 360 Hz, gain 200, zero 1024, lead V5 before
 * MLII in 114, no MLII and paced beats in 102. The classes differ in shape and timing, so a model can learn them. For tests and trials:
 * it is no ECG of anyone.
 *
 * @returns the counts that a correct reader must find, per record
 */
export async function writeSyntheticMitbih(
  folder: string,
  { records = defaultRecords, seconds = 60, seed = 0, format = 212 }: SyntheticMitbihOptions = {},
): Promise<Record<string, BeatCounts>> {
  await mkdir(folder, { recursive: true });
  const counts: Record<string, BeatCounts> = {};
  for (const name of records) {
    const { signal, annotations } = synthesize(name, seconds, createRandom(hash32(name, seed)));
    const path = join(folder, name);
    await writeRecord(path, { signal, format, gain: 200, baseline: 1024, info: ['synthetic: for tests only'] });
    await writeAnnotations(path, 'atr', annotations);
    counts[name] = countBeats(annotations);
  }
  await writeFile(join(folder, 'RECORDS'), `${records.join('\n')}\n`);
  return counts;
}

function synthesize(name: string, seconds: number, random: Random): { signal: Signal; annotations: Annotation[] } {
  const length = seconds * sampleRateHz;
  const beats = rhythm(seconds, random, name === '102');
  const main = new Float32Array(length);
  for (let i = 0; i < length; i++)
    main[i] = 0.15 * Math.sin((2 * Math.PI * 0.2 * i) / sampleRateHz) + 0.01 * random.normal();
  for (const { sample, kind } of beats) for (const wave of kinds[kind].waves) add(main, sample, wave);
  const other = main.map((mv) => -0.4 * mv + 0.01 * random.normal());

  const note = (sample: number, symbol: string, aux = ''): Annotation => ({
    sample,
    symbol,
    aux,
    subtype: 0,
    channel: 0,
    number: 0,
  });
  const annotations = [
    note(0, '+', '(N'),
    ...beats.map(({ sample, kind }) => note(sample, name === '102' && kind === 'Q' ? '/' : kinds[kind].symbol)),
    note(length - 1, '~'),
  ];
  const leads = name === '114' ? ['V5', 'MLII'] : name === '102' ? ['V5', 'V2'] : ['MLII', 'V1'];
  return { signal: { samples: name === '114' ? [other, main] : [main, other], sampleRateHz, leads }, annotations };
}

/** Beats from start to end: a steady rate of the record's own, early beats and a pause after them. */
function rhythm(seconds: number, random: Random, paced: boolean): { sample: number; kind: AamiClass }[] {
  const usual = random.uniform(0.65, 0.95);
  const beats: { sample: number; kind: AamiClass }[] = [];
  let at = 0.1; // nearer to the start than a window reaches
  let pause = 0;
  while (at < seconds - 0.1) {
    const kind = paced ? 'Q' : pick(random);
    if (beats.length > 0) at += usual * (kinds[kind].early + pause + 0.02 * random.normal());
    if (at >= seconds - 0.1) break;
    beats.push({ sample: Math.round(at * sampleRateHz), kind });
    pause = 1 - kinds[kind].early;
  }
  return beats;
}

function pick(random: Random): AamiClass {
  let left = random.next();
  for (const [kind, { share }] of Object.entries(kinds)) if ((left -= share) < 0) return kind as AamiClass;
  return 'N';
}

function add(samples: Float32Array, peak: number, [mv, centre, width]: Wave): void {
  const middle = peak + centre * sampleRateHz;
  const reach = 4 * width * sampleRateHz;
  for (let i = Math.max(0, Math.ceil(middle - reach)); i < Math.min(samples.length, middle + reach); i++) {
    samples[i] += mv * Math.exp(-0.5 * ((i - middle) / (width * sampleRateHz)) ** 2);
  }
}
