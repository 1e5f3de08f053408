// Reading records and annotations beside wfdb-python: `npm run bench:wfdb`; see libs/wfdb/README.md.
import { existsSync, readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readAnnotations, readRecord } from '@cardio/wfdb';

import { median } from '../median.js';
import { Peer } from '../peer.js';

/** Seconds by the clock, and of all the process's threads. */
interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

const usage = `Usage: npm run bench:wfdb -- [options]
  --data-dir DIR   records with .hea, .dat (format 212) and .atr; default ../shared/data/mitdb/mit-bih-arrhythmia-database-1.0.0
  --python PATH    with numpy, or with wfdb; default CARDIO_PYTHON, or python3
  --rounds 7       passes over all records that count, after 2 to warm up`;

const options = parse(process.argv.slice(2));
const paths = recordsIn(options.dataDir);
const files = (extension: string): string[] => paths.map((path) => `${path}.${extension}`);
const { peer, ...peerInfo } = await Peer.start<{ name: string; python: string }>(
  options.python,
  new URL('./peer.py', import.meta.url),
);
await assertSame();

/** Each way of reading all the records. */
const ways = {
  oursSignals: () => time(paths, readRecord),
  peerSignals: () => peer.ask<Taken>({ what: 'signals', paths }),
  plainSignals: () => time([...files('hea'), ...files('dat')], readFile),
  oursAnnotations: () => time(paths, (path) => readAnnotations(path, 'atr')),
  peerAnnotations: () => peer.ask<Taken>({ what: 'annotations', paths }),
  plainAnnotations: () => time(files('atr'), readFile),
} satisfies Record<string, () => Promise<Taken>>;
type Way = keyof typeof ways;
type Side = 'ours' | 'peer' | 'plain';

const taken = Object.fromEntries(Object.keys(ways).map((way) => [way, []])) as unknown as Record<Way, Taken[]>;
for (let round = -2; round < options.rounds; round++) {
  for (const way of Object.keys(ways) as Way[]) {
    const took = await ways[way]();
    if (round >= 0) taken[way].push(took);
  }
}
peer.close();
await report();

async function report(): Promise<void> {
  const signalBytes = await sizeOf([...files('hea'), ...files('dat')]);
  const annotationBytes = await sizeOf(files('atr'));
  console.log(
    `${paths.length} records, ${megabytes(signalBytes)} MB of signals, ${megabytes(annotationBytes)} MB of annotations; ` +
      `medians of ${options.rounds} rounds in turns; ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, ` +
      `Node ${process.versions.node}, Python ${peerInfo.python}. CPU is of all threads.\n`,
  );
  console.log(
    `| all records | ours | ${peerInfo.name} | ratio | CPU: ours | Python | ratio | ours | plain \`readFile\` |`,
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  row('signals', signalBytes, (side) => taken[`${side}Signals`]);
  row('annotations', annotationBytes, (side) => taken[`${side}Annotations`]);
  row('both', signalBytes + annotationBytes, (side) =>
    taken[`${side}Signals`].map(({ wall, cpu }, i) => {
      const more = taken[`${side}Annotations`][i];
      return { wall: wall + more.wall, cpu: cpu + more.cpu };
    }),
  );
}

function row(what: string, bytes: number, of: (side: Side) => readonly Taken[]): void {
  const cells = (['wall', 'cpu'] as const).flatMap((kind) => {
    const [ours, theirs] = [of('ours'), of('peer')].map((all) => all.map((one) => one[kind]));
    const ratio = median(theirs.map((seconds, i) => seconds / ours[i]));
    return [`${ms(median(ours))} ms`, `${ms(median(theirs))} ms`, `${ratio.toFixed(1)}x`];
  });
  const rates = (['ours', 'plain'] as const).map((side) => rate(bytes, median(of(side).map(({ wall }) => wall))));
  console.log(`| ${[what, ...cells, ...rates].join(' | ')} |`);
}

/** Compares what both sides read, so that the times are of the same work. */
async function assertSame(): Promise<void> {
  const theirs = await peer.ask<number[][]>({ what: 'contents', paths });
  for (const [i, path] of paths.entries()) {
    const { signal } = await readRecord(path);
    const annotations = await readAnnotations(path, 'atr');
    const all = signal.samples.flatMap((lead) => [...lead]).filter((mv) => !Number.isNaN(mv));
    const ours = [
      signal.samples.reduce((count, lead) => count + lead.length, 0),
      all.reduce((sum, mv) => sum + mv, 0),
      annotations.length,
      annotations.reduce((sum, { sample }) => sum + sample, 0),
    ];
    // Sums of a million millivolts, ours of float32, theirs of float64.
    if (ours.every((value, k) => Math.abs(value - theirs[i][k]) <= (k === 1 ? 0.1 : 0))) continue;
    throw new Error(`${path}: we read ${ours.join(', ')}, ${peerInfo.name} reads ${theirs[i].join(', ')}.`);
  }
}

async function time(items: readonly string[], read: (item: string) => Promise<unknown>): Promise<Taken> {
  const [begin, before] = [performance.now(), process.cpuUsage()];
  for (const item of items) await read(item);
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - begin) / 1000, cpu: (user + system) / 1e6 };
}

async function sizeOf(all: readonly string[]): Promise<number> {
  const sizes = await Promise.all(all.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function ms(seconds: number): string {
  return String(Number((1000 * seconds).toPrecision(3)));
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toPrecision(3);
}

function rate(bytes: number, seconds: number): string {
  const each = bytes / seconds;
  return each >= 1e9 ? `${(each / 1e9).toFixed(2)} GB/s` : `${(each / 1e6).toFixed(0)} MB/s`;
}

function recordsIn(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const found = names
    .filter((name) => name.endsWith('.atr'))
    .map((name) => join(folder, name.slice(0, -'.atr'.length)));
  if (found.length > 0) return found.sort();
  throw new Error(
    `No records with annotations in ${folder}. Give the folder of MIT-BIH 1.0.0 as --data-dir.\n${usage}`,
  );
}

function parse(args: string[]): { dataDir: string; python: string; rounds: number } {
  const { values } = parseArgs({
    args,
    options: {
      'data-dir': { type: 'string', default: '../shared/data/mitdb/mit-bih-arrhythmia-database-1.0.0' },
      python: { type: 'string', default: process.env['CARDIO_PYTHON'] ?? 'python3' },
      rounds: { type: 'string', default: '7' },
    },
  });
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0)) throw new Error(`--rounds takes a whole number above 0.\n${usage}`);
  return { dataDir: resolve(values['data-dir']), python: values.python, rounds };
}
