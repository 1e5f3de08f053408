// `npm test`: installs what is missing and runs the tests of all projects, then sums them up in one line.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { ensureInstalled, root, run, tryNativeEngine } from './install.mjs';

ensureInstalled();
tryNativeEngine();

const projects = ['libs', 'apps'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
);
const summaryOf = (project) => join(project, 'test-output', 'summary.json');
for (const project of projects) rmSync(summaryOf(project), { force: true });

const env = { ...process.env, NX_ISOLATE_PLUGINS: 'false', NX_TUI: 'false' };
const { status } = run(
  'npx',
  [
    'nx',
    process.env.NX_BASE ? 'affected' : 'run-many',
    '-t',
    'test',
    '--parallel=2',
    '--output-style=stream',
    ...process.argv.slice(2),
  ],
  { env },
);

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const project of projects) {
  try {
    const summary = JSON.parse(readFileSync(summaryOf(project), 'utf8'));
    for (const key of Object.keys(totals)) totals[key] += summary[key];
  } catch {
    // A project that wrote no summary has no tests, or its runner failed, which the status below tells.
  }
}
if (status !== 0 && totals.failed === 0) totals.failed = 1;
console.log(
  `\n${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`,
);
process.exit(status === 0 && totals.failed === 0 && (totals.passed > 0 || process.env.NX_BASE) ? 0 : 1);
