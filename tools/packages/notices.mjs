// Writes THIRD_PARTY_NOTICES.md: what the published packages bring along, with licences. `node tools/packages/notices.mjs [--check]`;
// with --check it writes nothing and fails when the file is not what it would write. A licence that is not permissive fails either way.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { format } from 'prettier';

import { libraries, root } from './libraries.mjs';

/** Licences that ask for no more than notices (SPDX). */
const permissive = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'CC0-1.0',
  'Unlicense',
  'BlueOak-1.0.0',
];

/** Packages whose package.json names no licence in SPDX, with the one their licence file has. */
const readByHand = {};

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
const file = join(root, 'THIRD_PARTY_NOTICES.md');

/** Where npm put the dependency of a package: beside it, or in a folder above. */
function placeOf(name, from) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const place = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (lock[place]) return place;
    if (at === '') return undefined;
    if (!at.includes('/node_modules/')) at = '';
    if (at === '' && lock[`node_modules/${name}`]) return `node_modules/${name}`;
  }
}

/** Every package that installing the libraries installs: place in the lock file to the libraries that bring it. */
function closure() {
  const users = new Map();
  for (const { folder, manifest } of libraries) {
    const open = Object.keys(manifest.dependencies ?? {}).map((name) => ({ name, from: `libs/${folder}` }));
    const seen = new Set();
    for (const { name, from } of open) {
      const place = placeOf(name, from);
      if (!place || seen.has(place)) continue;
      seen.add(place);
      const target = lock[place].link ? lock[place].resolved : place;
      if (!lock[place].link) users.set(place, [...(users.get(place) ?? []), folder]);
      const next = { ...lock[target].dependencies, ...lock[target].optionalDependencies };
      open.push(...Object.keys(next).map((dependency) => ({ name: dependency, from: target })));
    }
  }
  return users;
}

/** What a package says about itself. */
function entryOf(place, users) {
  const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const folder = join(root, place);
  const manifest = existsSync(folder) ? JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) : {};
  const licence = readByHand[name] ?? lock[place].license ?? manifest.license ?? 'unknown';
  const texts = existsSync(folder)
    ? readdirSync(folder).filter((one) => /^(licen[cs]e|copying|notice)/i.test(one))
    : [];
  const lines = texts.flatMap((one) => readFileSync(join(folder, one), 'utf8').split('\n'));
  const holder = lines.map((line) => line.trim()).find((line) => /^(\/\/\s*)?copyright\b.*\d{4}/i.test(line));
  return { name, version: lock[place].version, licence, holder: holder ?? authorOf(manifest), users: users.sort() };
}

function authorOf({ author }) {
  return typeof author === 'string' ? author : (author?.name ?? '');
}

/** Whether one of the licences to choose from is permissive. */
const isPermissive = (licence) =>
  licence.replace(/[()]/g, '').split(' OR ').some((choice) => choice.split(' AND ').every((one) => permissive.includes(one))); // prettier-ignore

const entries = [...closure()].map(([place, users]) => entryOf(place, users));
entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ');
const text = await format(
  `# Third-party notices

What installing the published packages (\`@cardio/*\`) installs besides them. Nothing of it is inside our packages: each comes from
the registry with its own licence text in its folder. Optional peers, which you choose to install, are not listed, nor are development
tools. Written by \`node tools/packages/notices.mjs\` out of the lock file; CI checks that it is current and that every licence is permissive.

| package | version | licence | notice | brought by |
| --- | --- | --- | --- | --- |
${entries.map((e) => `| ${[e.name, e.version, e.licence, cell(e.holder), e.users.join(', ')].join(' | ')} |`).join('\n')}
`,
  { parser: 'markdown' },
);

const wrong = entries.filter(({ licence }) => !isPermissive(licence));
for (const { name, licence, users } of wrong)
  console.error(`${name} (${users.join(', ')}): licence ${licence} is not permissive.`);
const current = existsSync(file) && readFileSync(file, 'utf8') === text;
if (process.argv.includes('--check')) {
  if (!current) console.error('THIRD_PARTY_NOTICES.md is not current: run `node tools/packages/notices.mjs`.');
  process.exitCode = current && wrong.length === 0 ? 0 : 1;
} else {
  writeFileSync(file, text);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
console.log(`${entries.length} packages`);
