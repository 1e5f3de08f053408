// The packages as strangers get them: `node tools/packages/check.mjs [--no-build] [--keep]` builds and packs every library, installs
// them together outside the repository, imports every entry point, type-checks a consumer, and runs publint and attw.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

import { allowedDependencies, libraries, root } from './libraries.mjs';

/** What attw finds and we leave: each rule with its reason. */
const acceptedByAttw = {
  // `engines` says Node 20.19: the resolution of Node 10, which does not know `exports`, finds the main entry and no subpath.
  profile: 'node16',
};

const { values: options } = parseArgs({
  options: { 'no-build': { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } },
});
const folder = mkdtempSync(join(tmpdir(), 'cardio-packages-'));
const [tarballs, consumer] = [join(folder, 'tarballs'), join(folder, 'consumer')];
const env = { ...process.env, NX_ISOLATE_PLUGINS: 'false', NX_TUI: 'false', ONNXRUNTIME_NODE_INSTALL: 'skip' };
const bin = (name) => join(root, 'node_modules', '.bin', name);
let failed = 0;

try {
  await main();
} finally {
  if (options.keep) console.log(`Kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
console.log(failed === 0 ? `${libraries.length} packages: ok` : `packages: ${failed} checks FAILED`);
process.exitCode = failed === 0 ? 0 : 1;

async function main() {
  if (!options['no-build']) {
    const projects = libraries.map(({ manifest }) => manifest.name).join();
    if (!check('build', run('npx', ['nx', 'run-many', '-t', 'build', '-p', projects, '--parallel=2'], root))) return;
  }
  for (const library of libraries) check(`${library.manifest.name}: dependencies`, undeclaredReasons(library));
  const packed = pack();
  for (const { name, path } of packed) {
    check(`${name}: publint`, await publintOf(name, path));
    check(`${name}: attw`, run(bin('attw'), [path, '--profile', acceptedByAttw.profile, '--no-emoji'], folder));
  }
  if (!check('npm install', install(packed))) return;
  check('nothing native, no install scripts', nativeParts());
  check('a licence in each, no tests', wrongFiles());
  for (const file of ['imports.mjs', 'imports.cjs']) check(file, run(process.execPath, [file], consumer));
  check('the same names from import and require', differentNames());
  for (const resolution of ['nodenext', 'bundler']) check(`types, ${resolution}`, typeCheck(resolution));
  check('use.mjs and use.cjs', run(process.execPath, ['use.mjs'], consumer) || run(process.execPath, ['use.cjs'], consumer)); // prettier-ignore
}

/** Prints one line for a check, and what is wrong where something is. */
function check(name, problem) {
  console.log(`${problem ? 'FAILED' : 'ok'}  ${name}`);
  if (problem) console.error(problem.trimEnd().replaceAll(/^/gm, '        '));
  if (problem) failed++;
  return !problem;
}

/** Runs a command; what it printed where it failed. */
function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return status === 0 ? '' : `${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`;
}

/** Dependencies that the table does not allow a library. */
function undeclaredReasons({ folder: name, manifest }) {
  const allowed = allowedDependencies[name];
  if (!allowed) return `libs/${name} has no row in tools/packages/libraries.mjs.`;
  const extra = Object.keys(manifest.dependencies ?? {}).filter((dep) => !dep.startsWith('@cardio/') && !allowed.includes(dep)); // prettier-ignore
  return extra.length > 0 ? `${extra.join(', ')}: not allowed by tools/packages/libraries.mjs.` : '';
}

/** Packs every library. */
function pack() {
  mkdirSync(tarballs);
  const workspaces = libraries.flatMap(({ manifest }) => ['-w', manifest.name]);
  const problem = run('npm', ['pack', ...workspaces, '--pack-destination', tarballs, '--ignore-scripts'], root);
  if (!check('npm pack', problem)) return [];
  const files = readdirSync(tarballs);
  return libraries.map(({ manifest: { name, version } }) => {
    const file = `${name.slice(1).replace('/', '-')}-${version}.tgz`;
    if (!files.includes(file)) throw new Error(`npm pack made no ${file}.`);
    return { name, path: join(tarballs, file) };
  });
}

async function publintOf(name, path) {
  const { messages, pkg } = await publint({
    pack: { tarball: new Uint8Array(readFileSync(path)).buffer },
    strict: true,
  });
  return messages.map((message) => formatMessage(message, pkg, { color: false })).join('\n');
}

/** Installs all tarballs in one command, as one alone would look for the others on the registry; no optional peer comes along. */
function install(packed) {
  mkdirSync(consumer);
  const files = join(root, 'tools/packages/consumer'); // named *.txt here, lest Nx take their imports for those of this project
  for (const file of readdirSync(files)) cpSync(join(files, file), join(consumer, file.replace(/\.txt$/, '')));
  const packages = [...packed.map(({ path }) => path), `@types/node@${versionHere('@types/node')}`];
  const entries = libraries.flatMap((library) => library.entries);
  writeFileSync(join(consumer, 'entries.json'), JSON.stringify(entries));
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const imports = entries.map((entry, i) => `import * as m${i} from '${entry}';`);
  writeFileSync(join(consumer, 'entries.ts'), [...imports, `export const all = [${imports.map((_, i) => `m${i}`).join(', ')}];`].join('\n')); // prettier-ignore
  return run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--omit=peer', ...packages], consumer);
}

function versionHere(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/** Binaries and install scripts among what was installed. */
function nativeParts() {
  const { packages } = JSON.parse(readFileSync(join(consumer, 'package-lock.json'), 'utf8'));
  const scripts = Object.keys(packages).filter((place) => packages[place].hasInstallScript);
  const binaries = readdirSync(join(consumer, 'node_modules'), { recursive: true }).filter((file) => /\.(node|so|dylib|dll|exe)$/.test(file)); // prettier-ignore
  return [...scripts.map((place) => `${place} has an install script`), ...binaries].join('\n');
}

/** Files for tests that were packed, and licences that were not, or are another. */
function wrongFiles() {
  const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
  return libraries
    .flatMap(({ manifest: { name } }) => {
      const files = readdirSync(join(consumer, 'node_modules', name), { recursive: true });
      const tests = files.filter((file) => /\.spec\.|(^|\/)(testing|golden)(\/|$)|spec-support/.test(file));
      const same = files.includes('LICENSE') && readFileSync(join(consumer, 'node_modules', name, 'LICENSE'), 'utf8') === licence; // prettier-ignore
      return [...tests.map((file) => `${name} holds ${file}`), ...(same ? [] : [`${name} lacks the repository's LICENSE`])]; // prettier-ignore
    })
    .join('\n');
}

function differentNames() {
  const names = (format) => JSON.parse(readFileSync(join(consumer, `names.${format}.json`), 'utf8'));
  const [esm, cjs] = [names('mjs'), names('cjs')];
  const different = Object.keys(esm).filter((entry) => esm[entry].join() !== cjs[entry].join());
  return different
    .map((entry) => `${entry}: import ${esm[entry].length} names, require ${cjs[entry].length}`)
    .join('\n');
}

/**
 * Type-checks the consumer, from an ES module and, where the resolution knows the difference, from CommonJS, with all declarations.
 * Errors within those of other packages, such as TensorFlow.js, are not ours.
 */
function typeCheck(resolution) {
  const module = resolution === 'nodenext' ? 'nodenext' : 'esnext';
  const files = ['entries.ts', 'use.ts', ...(resolution === 'nodenext' ? ['entries.cts'] : [])];
  cpSync(join(consumer, 'entries.ts'), join(consumer, 'entries.cts'));
  const flags = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2023', '--types', 'node'];
  const said = run(bin('tsc'), [...flags, '--module', module, '--moduleResolution', resolution, ...files], consumer);
  const errors = said.split('\n').filter((line) => /error TS\d+/.test(line));
  return errors.filter((line) => !/node_modules\/(?!@cardio\/)/.test(line)).join('\n');
}
