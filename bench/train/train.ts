// Training steps of our models beside the same models in PyTorch: `npm run bench:train`; see ../README.md.
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';

import { classes, leads, type Case } from './case.js';
import { machineLine, thisMachine } from './machine.js';
import { parseOptions, type Options } from './options.js';
import { compareCase, type Comparison } from './parity.js';
import { parityLine, timingHeading, timingRows, type Result } from './table.js';
import { throughputTable, timeEach } from './throughput.js';
import { timeCase, type Outcome } from './timing.js';

process.exitCode = await main(process.argv.slice(2));

/** Exit codes: 0 done, 1 a side failed or the sides differ, 2 it was called wrongly. */
async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  const results = await runCases(options, hasPyTorch(options.python));
  report(results, options);
  if (options.json) await writeResults(options.json, results, options);
  const failed = results.flatMap(({ parities, outcomes }) => [
    ...parities.filter((parity) => 'failure' in parity || !parity.passed),
    ...outcomes.filter((outcome) => 'failure' in outcome),
  ]);
  return failed.length > 0 ? 1 : 0;
}

async function runCases(options: Options, peer: boolean): Promise<Result[]> {
  const results: Result[] = [];
  const { batch, precision, threads } = options;
  for (const model of options.models) {
    for (const length of options.lengths) {
      const what: Case = { model, length, batch, precision, threads, leads, classes };
      const parities: Comparison[] = [];
      for (const engine of peer && options.parity ? options.engines : []) {
        const parity = await compareCase({ ...what, engine }, options);
        parities.push(parity);
        console.error(parityLine(what, parity));
      }
      const time = options.throughput ? timeEach : timeCase;
      const outcomes = options.rounds === 0 ? [] : await time(what, options, peer);
      const result = { model, length, batch, parities, outcomes };
      if (outcomes.length > 0) console.error(timingRows(result));
      results.push(result);
    }
  }
  return results;
}

function report(results: readonly Result[], options: Options): void {
  const timed = results.filter(({ outcomes }) => outcomes.length > 0);
  if (timed.length > 0 && options.throughput) console.log(throughputTable(timed));
  else if (timed.length > 0) console.log([timingHeading, ...timed.map(timingRows)].join('\n'));
  const lines = results.flatMap((result) => result.parities.map((parity) => `- ${parityLine(result, parity)}`));
  if (lines.length > 0) console.log(`\n${lines.join('\n')}`);
  console.log(`\n${machineLine(thisMachine(versionsOf(results)), options)}`);
}

async function writeResults(file: string, results: readonly Result[], options: Options): Promise<void> {
  await writeFile(
    file,
    `${JSON.stringify({ machine: thisMachine(versionsOf(results)), options, results }, null, 2)}\n`,
  );
}

function versionsOf(results: readonly Result[]): Record<string, string> {
  const outcomes: Outcome[] = results.flatMap((result) => result.outcomes);
  return Object.fromEntries(outcomes.flatMap((o) => ('version' in o && o.version ? [[o.side, o.version]] : [])));
}

function hasPyTorch(python: string): boolean {
  if (spawnSync(python, ['-c', 'import torch, numpy']).status === 0) return true;
  console.error(
    `'${python}' can't import torch and numpy, so only our side is timed. To compare, \`pip install torch==2.13.0 numpy --index-url ` +
      'https://download.pytorch.org/whl/cpu` and name that Python with --python or CARDIO_PYTHON.',
  );
  return false;
}
