// Macro AUROC beside scikit-learn, and the bootstrap of PTB-XL's test fold: `npm run bench:eval`; see bench/README.md.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { createRandom } from '@cardio/core';
import { bootstrapScores, evaluateScores, macroAuroc, type Scores } from '@cardio/eval';
import { median } from '../median.js';
import { Peer } from '../peer.js';

const usage = `Usage: npm run bench:eval -- [options]
  --python PATH    with scikit-learn; default CARDIO_PYTHON, or python3
  --rounds 21      turns that count, after 3 to warm up`;

const k = 71;
const precisions = { float32: Float32Array, float64: Float64Array } as const;
type Precision = keyof typeof precisions;

const { python: command, rounds } = parse(process.argv.slice(2));
const folder = await mkdtemp(join(tmpdir(), 'cardio-bench-eval-'));
try {
  process.exitCode = (await besidePeer()) || bootstrapped();
} finally {
  await rm(folder, { recursive: true });
}

async function besidePeer(): Promise<number> {
  const scores = example(20_000, 1);
  const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const script = new URL('./peer.py', import.meta.url);
  const { peer, sklearn, python } = await Peer.start<{ sklearn: string; python: string }>(command, script, threads);
  const paths = { labels: join(folder, 'labels.u1'), scores: join(folder, 'scores.f4') };
  await writeFile(paths.labels, Uint8Array.from(scores.labels));
  await writeFile(paths.scores, Float32Array.from(scores.probabilities));
  await peer.ask({ what: 'load', classes: k, ...paths });
  console.log(
    `20,000 examples x ${k} classes, one thread each; medians of ${rounds} rounds in turns; ` +
      `${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.versions.node}, scikit-learn ${sklearn}, Python ${python}.\n`,
  );
  console.log('| macro AUROC | ours, ms | scikit-learn, ms | ratio | target |\n| --- | ---: | ---: | ---: | ---: |');
  for (const precision of ['float32', 'float64'] as const) {
    const given = { ...scores, probabilities: precisions[precision].from(scores.probabilities) };
    const wrong = difference(given, await peer.ask<Values>({ what: 'values', precision }));
    if (wrong > 1e-12) {
      console.error(`In ${precision} the two are off by ${wrong.toExponential(1)}.`);
      peer.close();
      return 1;
    }
    const { ours, theirs } = await inTurns(peer, precision, given);
    const ratio = median(theirs.map((took, i) => took / ours[i]));
    console.log(`| ${precision} | ${ms(median(ours))} | ${ms(median(theirs))} | ${ratio.toFixed(1)}x | 5x |`);
  }
  peer.close();
  return 0;
}

interface Values {
  readonly macroAuroc: number;
  readonly macroAuprc: number;
}

function difference(scores: Scores, theirs: Values): number {
  const { summary } = evaluateScores(scores);
  const off = (['macroAuroc', 'macroAuprc'] as const).map((name) => Math.abs((summary[name] ?? NaN) - theirs[name]));
  return Math.max(...off, Math.abs((macroAuroc(scores) ?? NaN) - theirs.macroAuroc));
}

async function inTurns(
  peer: Peer,
  precision: Precision,
  scores: Scores,
): Promise<{ ours: number[]; theirs: number[] }> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = -3; round < rounds; round++) {
    const begin = performance.now();
    macroAuroc(scores);
    const mine = (performance.now() - begin) / 1000;
    const took = await peer.ask<number>({ what: 'time', precision });
    if (round < 0) continue;
    ours.push(mine);
    theirs.push(took);
  }
  return { ours, theirs };
}

/** The size of PTB-XL's test fold, two records of some patients. */
function bootstrapped(): number {
  const scores = example(2198, 2);
  const clusters = Array.from({ length: 2198 }, (_, row) => `patient ${Math.floor(row / 1.15)}`);
  const run = (): number => {
    const begin = performance.now();
    bootstrapScores(scores, { clusters, resamples: 1000 });
    return (performance.now() - begin) / 1000;
  };
  run();
  const cpu = process.cpuUsage();
  const wall = median([run(), run(), run()]);
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `\n1,000 samples by patient of 2,198 x ${k}, of AUROC, AUPRC, F1, sensitivity, specificity and positive predictivity of each class and their means: ` +
      `${wall.toFixed(2)} s, CPU ${((user + system) / 3e6).toFixed(2)} s (target 3 s).`,
  );
  return 0;
}

/** Classes as rare as PTB-XL's, from a third of the examples down to a few, and scores as of a model of middling skill. */
function example(n: number, seed: number): Scores & { probabilities: Float32Array; labels: Float32Array } {
  const random = createRandom(seed);
  const labels = new Float32Array(n * k);
  for (let c = 0; c < k; c++) {
    const positives = Math.max(2, Math.round((n / 3) * Math.exp(-c / 10)));
    for (let i = 0; i < positives; i++) labels[random.integer(n) * k + c] = 1;
  }
  const logits = labels.map((label) => 2 * random.normal() - 3 + 2 * label);
  return {
    task: 'multi-label',
    classes: Array.from({ length: k }, (_, c) => `class ${c}`),
    labels,
    probabilities: logits.map((logit) => 1 / (1 + Math.exp(-logit))),
  };
}

function ms(seconds: number): string {
  return (1000 * seconds).toPrecision(3);
}

function parse(args: string[]): { python: string; rounds: number } {
  const { values } = parseArgs({
    args,
    options: {
      python: { type: 'string', default: process.env['CARDIO_PYTHON'] ?? 'python3' },
      rounds: { type: 'string', default: '21' },
    },
  });
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0)) throw new Error(`--rounds takes a whole number above 0.\n${usage}`);
  return { python: values.python, rounds };
}
