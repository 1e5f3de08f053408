// Runs the TypeScript examples of README.md as a reader would, one after the other, and fails when one does.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root, run } from './install.mjs';

const text = readFileSync(join(root, 'README.md'), 'utf8');
const examples = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
if (examples.length === 0) throw new Error('README.md has no TypeScript example.');

const folder = join(root, '.cardio');
mkdirSync(folder, { recursive: true });
examples.forEach((code, i) => {
  const path = join(folder, `readme-example-${i + 1}.mts`);
  writeFileSync(path, code);
  console.log(`README example ${i + 1} of ${examples.length}`);
  const { status } = run(process.execPath, ['--conditions=@cardio/source', '--import', 'tsx', path]);
  if (status !== 0) process.exit(1);
});
