// All benchmarks beside their peers in one go: `npm run bench`; writes bench/results.md and holds it against bench/targets.json.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { format } from 'prettier';

import { report, verdictOf, type Outcome, type Targets } from './run-all-report.js';
import { suites, type Suite } from './run-all-suites.js';

const usage = `Usage: npm run bench -- [options]
  --python PATH    a Python with a peer's packages; may be given several times: each suite takes the first that has what it needs;
                   default CARDIO_PYTHON, then python3
  --suites a,b     of ${suites.map(({ name }) => name).join(', ')}; default all
  --data-dir DIR   MIT-BIH for the wfdb suite; default as bench:wfdb
  --note TEXT      what else ran on the machine; stands in the results
  --out FILE       default bench/results.md`;

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const options = parse(process.argv.slice(2));
const targets = JSON.parse(readFileSync(here('./targets.json'), 'utf8')) as Targets;
const loadBefore = loadavg()[0];
const outcomes = options.suites.map(run);
const [processor] = cpus();
const machine = [
  `${cpus().length} cores (${processor?.model.trim() ?? 'unknown'}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
  `Node ${process.versions.node}`,
  ...new Set(outcomes.flatMap(({ peer }) => peer?.split(', ') ?? [])),
  `load ${loadBefore.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`,
  new Date().toISOString().slice(0, 10),
];
const text = await format(report(outcomes, targets, machine, options.note), { parser: 'markdown' });
writeFileSync(options.out, text);
console.log(text);
process.exitCode = outcomes.every((outcome) => verdictOf(outcome, targets).passed) ? 0 : 1;

/** Runs one suite in a process of its own. */
function run(suite: Suite): Outcome {
  const python = suite.peer.length === 0 ? undefined : options.pythons.find((one) => canImport(one, suite.peer));
  if (suite.peer.length > 0 && python === undefined)
    return { suite, seconds: 0, problem: `not compared: no Python here has ${suite.peer.join(' and ')} (--python)` };
  const data = suite.name === 'wfdb' && options.dataDir ? ['--data-dir', options.dataDir] : [];
  const args = [...suite.args, ...data, ...(python ? ['--python', python] : [])];
  console.error(`${suite.name} …`);
  const begin = performance.now();
  const node = ['--conditions=@cardio/source', '--import', import.meta.resolve('tsx'), here(`./${suite.script}`)];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const seconds = (performance.now() - begin) / 1000;
  const peer = python && versionsOf(python, suite.peer);
  console.error(`${suite.name}: ${seconds.toFixed(0)} s\n${stdout}`);
  if (status !== 0) return { suite, seconds, problem: `failed: ${stderr.trim().split('\n').at(-1) ?? ''}` };
  const measured = suite.read(stdout);
  if (measured.length === 0) return { suite, seconds, problem: 'failed: no figures in what it printed' };
  return { suite, seconds, measured, ...(peer ? { peer } : {}) };
}

function canImport(python: string, modules: readonly string[]): boolean {
  return spawnSync(python, ['-c', `import ${modules.join(', ')}`]).status === 0;
}

function versionsOf(python: string, modules: readonly string[]): string {
  const lines = `import ${modules.join(', ')}\nprint(', '.join(f'{m.__name__} {m.__version__}' for m in (${modules.join(', ')},)))`;
  return spawnSync(python, ['-c', lines], { encoding: 'utf8' }).stdout.trim();
}

function parse(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      python: { type: 'string', multiple: true },
      suites: { type: 'string', default: suites.map(({ name }) => name).join() },
      'data-dir': { type: 'string' },
      note: { type: 'string' },
      out: { type: 'string', default: here('./results.md') },
    },
  });
  const chosen = values.suites.split(',').map((name) => {
    const suite = suites.find((one) => one.name === name);
    if (!suite) throw new Error(`Unknown suite '${name}'.\n${usage}`);
    return suite;
  });
  const pythons = values.python ?? [process.env['CARDIO_PYTHON'] ?? 'python3', 'python3'];
  return { suites: chosen, pythons, dataDir: values['data-dir'], note: values.note, out: values.out };
}
