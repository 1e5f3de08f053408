// R peaks against the beats that cardiologists annotated: `npm run bench:rpeaks`; see libs/signal/README.md.
import { existsSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { detectRPeaks, panTompkins, resample, twoMovingAverages } from '@cardio/signal';
import { readAnnotations, readRecord } from '@cardio/wfdb';
import { score, sum, type Reference, type Score } from './score.js';

const usage = `Usage: npm run bench:rpeaks -- [options]
  --data-dir DIR   MIT-BIH Arrhythmia; default ../shared/data/mitdb/mit-bih-arrhythmia-database-1.0.0
  --icentia DIR    Icentia11k, optional; default ../shared/data/icentia11k`;

const options = parse(process.argv.slice(2));
const mitbih = recordsIn(options.dataDir);
if (mitbih.length === 0) fail(`There are no records with annotations in ${options.dataDir}.`);

interface Lead {
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
  readonly name: string;
}
type Detect = (samples: Float32Array, sampleRateHz: number) => readonly number[];
const detectors: Record<string, Detect> = { 'Pan-Tompkins': panTompkins, 'two averages': twoMovingAverages };

await everyRecord();
await totals();
await times();

/** Counts per record in the first lead. */
async function everyRecord(): Promise<void> {
  const each = Object.keys(detectors).map((name) => `${name}: TP | FP | FN | Se % | +P % | mean error ms`);
  console.log(`| record | lead | beats | ${each.join(' | ')} |`);
  console.log(`| --- | --- ${'| ---: '.repeat(1 + 6 * each.length)}|`);
  const scores = Object.keys(detectors).map((): Score[] => []);
  for (const path of mitbih) {
    const { leads, reference } = await read(path);
    const found = Object.values(detectors).map((detect) => scoreOf(detect, leads[0], reference));
    found.forEach((one, d) => scores[d].push(one));
    console.log(`| ${[path.split('/').at(-1), leads[0].name, found[0].beats, ...found.map(cells)].join(' | ')} |`);
  }
  const all = scores.map(sum);
  console.log(`| ${['**total**', '', all[0].beats, ...all.map(cells)].join(' | ')} |\n`);
}

/** Totals over all records in other leads, at other rates, with flutter, and of other data. */
async function totals(): Promise<void> {
  console.log('| what | detector | beats | TP | FP | FN | Se % | +P % | mean error ms |');
  console.log(`| --- | --- ${'| ---: '.repeat(7)}|`);
  const records = await Promise.all(mitbih.map(read));
  for (const [name, detect] of Object.entries(detectors)) {
    const row = (what: string, one: (record: RecordRead) => Score): void =>
      console.log(`| ${[what, name, ...totalCells(sum(records.map(one)))].join(' | ')} |`);
    row('first lead', ({ leads, reference }) => scoreOf(detect, leads[0], reference));
    row('the same, flutter counted', ({ leads, reference }) =>
      scoreOf(detect, leads[0], { ...reference, excluded: [] }),
    );
    row('second lead', ({ leads, reference }) => scoreOf(detect, leads[1], reference));
    for (const rate of [100, 250, 500, 1000])
      row(`first lead at ${rate} Hz`, ({ leads, reference }) => scoreOf(detect, leads[0], reference, rate));
  }
  for (const method of ['pan-tompkins', 'two-moving-averages'] as const) {
    const scores = records.map(({ leads, reference }) => {
      const signal = {
        samples: leads.map(({ samples }) => samples),
        leads: leads.map(({ name }) => name),
        sampleRateHz: leads[0].sampleRateHz,
      };
      return score(reference, detectRPeaks(signal, { method }).samples);
    });
    console.log(`| ${['`detectRPeaks`, both leads given', method, ...totalCells(sum(scores))].join(' | ')} |`);
  }
  for (const path of recordsIn(options.icentia)) {
    const { leads, reference } = await read(path);
    for (const [name, detect] of Object.entries(detectors)) {
      const found = scoreOf(detect, leads[0], reference);
      console.log(`| ${[`Icentia11k ${path.split('/').at(-1)}`, name, ...totalCells(found)].join(' | ')} |`);
    }
  }
}

/** Processor time of the best of five passes over the first record. */
async function times(): Promise<void> {
  const { leads } = await read(mitbih[0]);
  const [{ samples, sampleRateHz }] = leads;
  const minutes = samples.length / sampleRateHz / 60;
  console.log(
    `\n${cpus().length} cores, Node ${process.versions.node}. One lead of ${minutes.toFixed(0)} min takes, in processor time:`,
  );
  for (const [name, detect] of Object.entries(detectors)) {
    const taken = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      detect(samples, sampleRateHz);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    console.log(`${name}: ${Math.min(...taken).toFixed(0)} ms`);
  }
}

function scoreOf(detect: Detect, { samples, sampleRateHz }: Lead, reference: Reference, rate = sampleRateHz): Score {
  const found = detect(resample(samples, sampleRateHz, rate), rate);
  return score(
    reference,
    found.map((sample) => Math.round((sample * sampleRateHz) / rate)),
  );
}

type RecordRead = Awaited<ReturnType<typeof read>>;

/** A record's leads, MLII first where there is one, and its beats. */
async function read(path: string): Promise<{ leads: Lead[]; reference: Reference }> {
  const { signal } = await readRecord(path);
  const annotations = await readAnnotations(path, 'atr');
  const { sampleRateHz } = signal;
  const leads = signal.samples.map((samples, i) => ({ samples, sampleRateHz, name: signal.leads[i] }));
  leads.sort((a, b) => Number(b.name === 'MLII') - Number(a.name === 'MLII'));
  const excluded: [number, number][] = [];
  for (const { sample, symbol } of annotations) {
    if (symbol === '[') excluded.push([sample, Infinity]);
    if (symbol === ']') excluded[excluded.length - 1][1] = sample;
  }
  const beats = annotations.filter(({ symbol }) => 'NLRBAaJSVrFejnE/fQ?'.includes(symbol)).map(({ sample }) => sample);
  return { leads, reference: { beats, excluded, sampleRateHz } };
}

function cells({ paired, extra, missed, errorMs }: Score): string {
  return [
    paired,
    extra,
    missed,
    percent(paired, paired + missed),
    percent(paired, paired + extra),
    errorMs.toFixed(1),
  ].join(' | ');
}

function totalCells(found: Score): readonly (string | number)[] {
  return [found.beats, cells(found)];
}

function percent(part: number, whole: number): string {
  return ((100 * part) / whole).toFixed(2);
}

/** Paths of the records with annotations, in the folder or folders below it. */
function recordsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const names = files.filter((name) => name.endsWith('.atr')).map((name) => name.slice(0, -4));
  return names
    .filter((name) => files.includes(`${name}.dat`))
    .sort()
    .map((name) => join(folder, name));
}

function parse(args: string[]): { dataDir: string; icentia: string } {
  try {
    const { values } = parseArgs({ args, options: { 'data-dir': { type: 'string' }, icentia: { type: 'string' } } });
    return {
      dataDir: resolve(values['data-dir'] ?? '../shared/data/mitdb/mit-bih-arrhythmia-database-1.0.0'),
      icentia: resolve(values.icentia ?? '../shared/data/icentia11k'),
    };
  } catch (error) {
    return fail(`${(error as Error).message}\n${usage}`);
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
