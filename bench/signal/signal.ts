// Filters, resampling and scaling beside SciPy: `npm run bench:signal`; see bench/README.md.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesizeEcg, type Samples } from '@cardio/signal';
import { ours, sampleRateHz, type Precision, type Work } from './ours.js';
import { median } from '../median.js';
import { Peer } from '../peer.js';

const usage = `Usage: npm run bench:signal -- [options]
  --python PATH    with numpy and SciPy; default CARDIO_PYTHON, or python3
  --rounds 31      turns that count, after 5 to warm up`;

/** What is timed, in which precisions here, and in a table's words. Signals are float32, so what takes a signal is. */
const rows: readonly (readonly [work: Work, precisions: readonly Precision[], title: string, target: number])[] = [
  ['band-pass', ['float32', 'float64'], 'band-pass 0.5-40 Hz, zero phase', 2],
  ['resample', ['float32', 'float64'], 'resample 500 to 100 Hz', 2],
  ['median', ['float32', 'float64'], 'median baseline 0.2 / 0.6 s', 5],
  ['z-score', ['float32'], 'z-score per lead', 2],
  ['pipeline', ['float32'], 'select, band-pass, resample, z-score', 2],
];

/** `medfilt` has zeros beyond the ends, which reach this far into the lead; there the values are others. */
const medfiltEnds = (99 - 1) / 2 + (299 - 1) / 2;

const { python: command, rounds } = parse(process.argv.slice(2));
const record = synthesizeEcg({ seconds: 10, sampleRateHz, heartRateBpm: 72, seed: 1 }).signal.samples;
const leads: Readonly<Record<Precision, readonly Samples[]>> = {
  float32: record,
  float64: record.map((lead) => Float64Array.from(lead)),
};
const folder = await mkdtemp(join(tmpdir(), 'cardio-bench-signal-'));
try {
  process.exitCode = await main();
} finally {
  await rm(folder, { recursive: true });
}

async function main(): Promise<number> {
  const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  // Without these the C library may give memory back and take it again for every array, which can double SciPy's times.
  const memory = { MALLOC_MMAP_THRESHOLD_: '1073741824', MALLOC_TRIM_THRESHOLD_: '1073741824' };
  const script = new URL('./peer.py', import.meta.url);
  const { peer, scipy, python } = await Peer.start<{ scipy: string; python: string }>(command, script, {
    ...threads,
    ...memory,
  });
  const path = join(folder, 'record.f64');
  await writeFile(path, Float64Array.from(leads.float64.flatMap((lead) => [...lead])));
  const ways = await peer.ask<Record<Work, string[]>>({ what: 'load', path, leads: record.length });
  const wrong = await differences(peer, ways);
  for (const text of wrong) console.error(text);
  if (wrong.length > 0) {
    peer.close();
    return 1;
  }
  console.log(
    `${record.length} leads x ${record[0].length} samples, one thread each; medians of ${rounds} rounds in turns; ` +
      `${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.versions.node}, SciPy ${scipy}, Python ${python}.\n`,
  );
  console.log('| record | ours, ms | SciPy | in float64, ms | ratio | in float32, ms | ratio | target |');
  console.log('| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |');
  for (const [work, precisions, title, target] of rows) {
    for (const precision of precisions) await row(peer, work, precision, ways[work], title, target);
  }
  peer.close();
  return 0;
}

/** One line of the table for each way in which the other side does the work. */
async function row(
  peer: Peer,
  work: Work,
  precision: Precision,
  ways: readonly string[],
  title: string,
  target: number,
): Promise<void> {
  const run = (): unknown => ours[work](leads[precision]);
  const cells = ways.flatMap((way) => (['float64', 'float32'] as const).map((theirs) => ({ way, theirs })));
  const ourSeconds: number[] = [];
  const theirSeconds = cells.map((): number[] => []);
  const times = work === 'median' ? 3 : 15; // a turn of some milliseconds
  for (let i = 0; i < 200; i++) run(); // until it is compiled
  for (let round = -5; round < rounds; round++) {
    const begin = performance.now();
    for (let i = 0; i < times; i++) run();
    const mine = (performance.now() - begin) / times / 1000;
    if (round >= 0) ourSeconds.push(mine);
    for (const [c, { way, theirs }] of cells.entries()) {
      const took = await peer.ask<number>({ what: 'time', work, way, precision: theirs, times });
      if (round >= 0) theirSeconds[c].push(took);
    }
  }
  for (const [w, way] of ways.entries()) {
    const theirs = theirSeconds.slice(2 * w, 2 * w + 2).flatMap((seconds) => {
      const ratio = median(seconds.map((took, i) => took / ourSeconds[i]));
      return [ms(median(seconds)), `${ratio.toFixed(1)}x`];
    });
    console.log(`| ${[`${title}, ${precision}`, ms(median(ourSeconds)), way, ...theirs, `${target}x`].join(' | ')} |`);
  }
}

/**
 * What differs: in float64 by more than 1e-9 of the largest value; in float32, which is rounded after every step, by more than 1e-6.
 */
async function differences(peer: Peer, ways: Record<Work, string[]>): Promise<string[]> {
  const found: string[] = [];
  for (const [work, precisions, title] of rows) {
    for (const way of ways[work]) {
      const path = join(folder, 'values.f64');
      await peer.ask({ what: 'values', work, way, precision: 'float64', path });
      const theirs = new Float64Array(new Uint8Array(await readFile(path)).buffer);
      for (const precision of precisions) {
        const mine = ours[work](leads[precision]);
        const off = furthest(mine, theirs, way === 'signal.medfilt' ? medfiltEnds : 0);
        const bound = precision === 'float64' ? 1e-9 : 1e-6;
        if (!(off <= bound))
          found.push(`${title}, ${precision}: off from ${way} by ${off.toExponential(1)} of the largest value.`);
      }
    }
  }
  return found;
}

/** The largest difference over the largest value; NaN where sizes differ. */
function furthest(mine: readonly Samples[], theirs: Float64Array, ends: number): number {
  const length = theirs.length / mine.length;
  let [off, largest] = [0, 0];
  for (const [l, lead] of mine.entries()) {
    if (lead.length !== length) return NaN;
    for (let i = ends; i < length - ends; i++) {
      off = Math.max(off, Math.abs(lead[i] - theirs[l * length + i]));
      largest = Math.max(largest, Math.abs(theirs[l * length + i]));
    }
  }
  return off / largest;
}

function ms(seconds: number): string {
  return (1000 * seconds).toPrecision(3);
}

function parse(args: string[]): { python: string; rounds: number } {
  const { values } = parseArgs({
    args,
    options: {
      python: { type: 'string', default: process.env['CARDIO_PYTHON'] ?? 'python3' },
      rounds: { type: 'string', default: '31' },
    },
  });
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0)) throw new Error(`--rounds takes a whole number above 0.\n${usage}`);
  return { python: values.python, rounds };
}
