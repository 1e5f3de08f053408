import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, hash32, type Random } from '@cardio/core';
import { writeAnnotations, writeRecord, type Annotation } from '@cardio/wfdb';

/** What to make. */
export interface SyntheticIcentiaOptions {
  /** Numbers of the patients, 0 to 10,999; default twelve, two of them from 10,000 on. */
  readonly patients?: readonly number[];
  /** Segments of each; default 2. */
  readonly segments?: number;
  /** Length of a segment; default 40,961 (2.7 minutes). The database has 1,048,577. */
  readonly samples?: number;
  /** The same seed gives the same files, byte for byte. */
  readonly seed?: number;
}

/** What is true of a segment of the fixture. */
export interface SyntheticIcentiaSegment {
  /** Such as `p00000_s00`. */
  readonly id: string;
  readonly annotated: boolean;
  readonly beats: Readonly<Record<'N' | 'Q' | 'S' | 'V', number>>;
}

type Beat = { readonly sample: number; readonly symbol: 'N' | 'Q' | 'S' | 'V' };
/** One wave of a beat: amplitude in mV, centre and width in seconds from the R peak. */
type Wave = readonly [mv: number, centre: number, width: number];
type Rhythm = 'N' | 'AFIB' | 'AFL';

const sampleRateHz = 250;
const gain = 74.36482269503546;
const p: Wave = [0.12, -0.16, 0.02];
const narrow: readonly Wave[] = [[-0.1, -0.025, 0.008], [1.1, 0, 0.011], [-0.2, 0.03, 0.01], [0.25, 0.26, 0.04]]; // prettier-ignore
const wide: readonly Wave[] = [[1.7, 0, 0.035], [-0.8, 0.09, 0.045], [-0.4, 0.28, 0.06]]; // prettier-ignore
const defaultPatients = [...Array(10).keys(), 10_000, 10_999];

/**
 * Writes synthetic segments in the files of Icentia11k 1.0: folders by patient, one lead `ecg` at 250 Hz with the database's gain, annotations
 * with a note on their time resolution, "None" on every beat and rhythms as `(N` … `)`. The last segment of the first patient has no
 * annotations. Patients differ in rhythm; stretches without rhythm are noisy. For tests and trials: it is no ECG of anyone.
 *
 * @returns what is true of each segment
 */
export async function writeSyntheticIcentia(
  folder: string,
  { patients = defaultPatients, segments = 2, samples = 40_961, seed = 0 }: SyntheticIcentiaOptions = {},
): Promise<SyntheticIcentiaSegment[]> {
  const written: SyntheticIcentiaSegment[] = [];
  for (const [i, number] of patients.entries()) {
    const patient = `p${String(number).padStart(5, '0')}`;
    const place = join(folder, patient.slice(0, 3), patient);
    await mkdir(place, { recursive: true });
    const rhythm = (['N', 'N', 'AFIB', 'AFL'] as const)[i % 4];
    for (let s = 0; s < segments; s++) {
      const id = `${patient}_s${String(s).padStart(2, '0')}`;
      const random = createRandom(hash32(id, seed));
      const { beats, ecg, annotations } = synthesize(rhythm, samples, random);
      const signal = { samples: [ecg], sampleRateHz, leads: ['ecg'] };
      await writeRecord(join(place, id), { signal, gain });
      const annotated = !(i === 0 && s === segments - 1);
      if (annotated) await writeAnnotations(join(place, id), 'atr', annotations, { sampleRateHz });
      const counts = { N: 0, Q: 0, S: 0, V: 0 };
      for (const { symbol } of beats) counts[symbol]++;
      written.push({ id, annotated, beats: counts });
    }
  }
  return written;
}

function synthesize(
  rhythm: Rhythm,
  length: number,
  random: Random,
): { beats: Beat[]; ecg: Float32Array; annotations: Annotation[] } {
  const ecg = new Float32Array(length);
  const spans = spansOf(rhythm, length, random);
  const inSpan = (sample: number): boolean => spans.some(([from, to]) => sample >= from && sample <= to);
  const beats = beatsOf(rhythm, length, random).map(({ sample, symbol }): Beat => ({
    sample,
    symbol: inSpan(sample) ? symbol : 'Q',
  }));
  for (let i = 0; i < length; i++) {
    ecg[i] = (inSpan(i) ? 0.01 : 0.15) * random.normal() + 0.1 * Math.sin((2 * Math.PI * 0.2 * i) / sampleRateHz);
    if (rhythm === 'AFL') ecg[i] += 0.1 * (((5 * i) / sampleRateHz) % 1); // flutter waves, 300 a minute
    if (rhythm === 'AFIB') ecg[i] += 0.04 * Math.sin((2 * Math.PI * 6.3 * i) / sampleRateHz + Math.sin(i / 90));
  }
  for (const { sample, symbol } of beats) {
    const waves = symbol === 'V' ? wide : symbol === 'N' && rhythm === 'N' ? [p, ...narrow] : narrow;
    for (const wave of waves) add(ecg, sample, wave);
  }
  const note = (sample: number, symbol: string, aux: string): Annotation => ({
    ...{ sample, symbol, aux },
    ...{ subtype: 0, channel: 0, number: 0 },
  });
  const annotations = beats.flatMap(({ sample, symbol }) => [note(sample, symbol, 'None')]);
  for (const [from, to] of spans) {
    const own = beats.filter(({ sample }) => sample >= from && sample <= to);
    if (own.length === 0) continue;
    const [first, last] = [own[0].sample, own[own.length - 1].sample];
    if (first === last) annotations.push(note(first, '+', `(${rhythm})`));
    else annotations.push(note(first, '+', `(${rhythm}`), note(last, '+', ')'));
  }
  return { beats, ecg, annotations: annotations.sort((a, b) => a.sample - b.sample) }; // stable: a beat before its rhythm
}

/** Stretches with a rhythm, 20 to 60 s, and 3 to 15 s without one between them. */
function spansOf(rhythm: Rhythm, length: number, random: Random): [from: number, to: number][] {
  const spans: [number, number][] = [];
  let at = random.integer(500);
  while (at < length) {
    const to = at + Math.round(random.uniform(20, 60) * sampleRateHz);
    spans.push([at, Math.min(to, length - 1)]);
    at = to + Math.round(random.uniform(3, 15) * sampleRateHz);
  }
  return spans;
}

/** Beats from start to end, in sinus rhythm also premature ones, after which the rhythm goes on as if nothing had been. */
function beatsOf(rhythm: Rhythm, length: number, random: Random): Beat[] {
  const usual = random.uniform(0.55, 1.1);
  const spread = rhythm === 'AFIB' ? 0.2 : 0.02;
  const beats: Beat[] = [];
  let at = random.uniform(0.1, 0.5);
  while (at * sampleRateHz < length - 1) {
    const draw = rhythm === 'N' ? random.next() : 1;
    const symbol = draw < 0.03 ? 'V' : draw < 0.06 ? 'S' : 'N';
    const early = symbol === 'N' ? 0 : 0.3;
    const sample = Math.round((at - early * usual) * sampleRateHz);
    if (beats.length === 0 || sample > beats[beats.length - 1].sample + 40) beats.push({ sample, symbol });
    at += usual * Math.max(0.4, 1 + spread * random.normal());
  }
  return beats.filter(({ sample }) => sample >= 0);
}

function add(samples: Float32Array, peak: number, [mv, centre, width]: Wave): void {
  const middle = peak + centre * sampleRateHz;
  const reach = 4 * width * sampleRateHz;
  for (let i = Math.max(0, Math.ceil(middle - reach)); i < Math.min(samples.length, middle + reach); i++) {
    samples[i] += mv * Math.exp(-0.5 * ((i - middle) / (width * sampleRateHz)) ** 2);
  }
}
