// Runs the TypeScript examples of every README and guide as a reader would, and fails when one does: `node tools/readme.mjs [file…]`.
//
// An example stands by itself, unless a comment before it says otherwise: `<!-- example: continues -->` runs it after the one before,
// `<!-- example: not run, REASON -->` leaves it out and prints the reason, `<!-- example: needs PATH -->` does so where PATH is absent.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { root, run } from './install.mjs';

/** The Markdown files that users read. */
function documents() {
  const markdown = (folder) =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder)).filter((name) => name.endsWith('.md')).map((name) => join(folder, name)) : []; // prettier-ignore
  const projects = ['libs', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  );
  return ['README.md', ...markdown('docs'), ...projects.flatMap((folder) => [...markdown(folder), ...markdown(join(folder, 'docs'))])]; // prettier-ignore
}

/** The examples of a document with what the comment before each says. */
function examplesOf(document) {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^(?:<!-- example: (.*?) -->\s*)?^```ts\n(.*?)^```$/gms)].map(([, note = '', code]) => ({ note, code })); // prettier-ignore
}

/** One module of the examples that continue one another: what they import stands once, at the top. */
function moduleOf(parts) {
  const imports = new Map();
  const bodies = parts.map((code) =>
    code.replace(/^import \{([^}]*)\} from '([^']+)';\n/gm, (_, names, from) => {
      const known = imports.get(from) ?? imports.set(from, new Set()).get(from);
      for (const name of names.split(',').map((part) => part.trim())) if (name) known.add(name);
      return '';
    }),
  );
  const lines = [...imports].map(([from, names]) => `import { ${[...names].join(', ')} } from '${from}';`);
  return [...lines, ...bodies].join('\n');
}

// Examples run in a folder of their own, beside the data that they name.
const folder = join(root, '.cardio', 'examples');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const shared = join(root, '..', 'shared', 'data');
const links = {
  'datasets/quickstart-400': join(root, 'datasets/quickstart-400'),
  mitdb: join(shared, 'mitdb/mit-bih-arrhythmia-database-1.0.0'),
};
for (const [name, target] of Object.entries(links)) {
  if (!existsSync(target)) continue;
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  symlinkSync(target, join(folder, name));
}

let [passed, failed] = [0, 0];
for (const document of process.argv.length > 2 ? process.argv.slice(2) : documents()) {
  let before = [];
  for (const [i, { note, code }] of examplesOf(document).entries()) {
    const title = `${document}, example ${i + 1}`;
    const needs = /^needs (.*)$/s.exec(note)?.[1];
    if (note.startsWith('not run') || (needs && !existsSync(join(folder, needs)))) {
      console.log(`${title}: ${needs ? `not run, ${needs} is absent` : note}`);
      continue;
    }
    before = note === 'continues' ? [...before, code] : [code];
    const path = join(folder, `${title.replaceAll(/\W+/g, '-')}.mts`);
    writeFileSync(path, moduleOf(before));
    console.log(title);
    const { status } = run(process.execPath, ['--conditions=@cardio/source', '--import', 'tsx', path], { cwd: folder });
    if (status === 0) passed++;
    else failed++;
    if (status !== 0) console.error(`${title}: FAILED`);
  }
}
console.log(`${passed} examples ran, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
