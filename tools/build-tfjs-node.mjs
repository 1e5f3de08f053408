// Builds @tensorflow/tfjs-node against the libraries and headers of pip's `tensorflow-cpu` wheel, for the tests of the `tensorflow`
// engine where tfjs-node's own install can't download libtensorflow: `node tools/build-tfjs-node.mjs [folder]`, then set
// CARDIO_TFJS_NODE to that folder. About 1 GB, hence a folder of its own; needs pip, unzip and a C++ compiler.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { root, run } from './install.mjs';

const version = '4.22.0';
const home = process.env.CARDIO_HOME ?? join(homedir(), '.cardio');
const folder = resolve(process.argv[2] ?? join(home, 'tfjs-node'));
const python = process.env.CARDIO_PYTHON ?? 'python3';
const started = performance.now();

if (existsSync(folder)) {
  console.log(`${folder} is already there; delete it to build again.`);
  process.exit(0);
}
const building = `${folder}.${process.pid}`;
process.on('exit', () => rmSync(building, { recursive: true, force: true }));
mkdirSync(building, { recursive: true });

console.log(`Installing @tensorflow/tfjs-node ${version} without its download …`);
writeFileSync(join(building, 'package.json'), JSON.stringify({ private: true, name: 'tfjs-node-for-tests' }));
must('npm', ['install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund', `@tensorflow/tfjs-node@${version}`]);

console.log('Fetching the tensorflow-cpu wheel …');
const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '20'];
must(python, [...pip, '--no-deps', '--only-binary=:all:', '--dest', 'wheel', 'tensorflow-cpu']);
const wheel = join('wheel', readdirSync(join(building, 'wheel'))[0]);
const parts = [
  'libtensorflow_cc.so.2',
  'libtensorflow_framework.so.2',
  'include/tensorflow/*',
  'include/xla/*',
  'include/tsl/*',
];
must('unzip', ['-q', wheel, ...parts.map((part) => `tensorflow/${part}`)]);
rmSync(join(building, 'wheel'), { recursive: true });

const tfjsNode = join(building, 'node_modules', '@tensorflow', 'tfjs-node');
const deps = join(tfjsNode, 'deps');
rmSync(deps, { recursive: true, force: true });
mkdirSync(join(deps, 'lib'), { recursive: true });
renameSync(join(building, 'tensorflow', 'include'), join(deps, 'include'));
for (const [library, link] of [
  ['libtensorflow_cc.so.2', 'libtensorflow.so'],
  ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'],
]) {
  renameSync(join(building, 'tensorflow', library), join(deps, 'lib', library));
  symlinkSync(library, join(deps, 'lib', link));
}

console.log('Compiling its binding …');
must('npx', ['node-pre-gyp', 'install', '--build-from-source', '--loglevel=error'], tfjsNode);

// One tfjs-core in the process: the packages that this repository has too are links to its own.
for (const name of ['tfjs-core', 'tfjs-layers', 'tfjs-backend-cpu']) {
  const copy = join(building, 'node_modules', '@tensorflow', name);
  rmSync(copy, { recursive: true, force: true });
  symlinkSync(join(root, 'node_modules', '@tensorflow', name), copy);
}
renameSync(building, folder);
const bytes = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].reduce(
  (sum, library) => sum + statSync(join(folder, 'node_modules/@tensorflow/tfjs-node/deps/lib', library)).size,
  0,
);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(`Done in ${seconds} s, libraries ${Math.round(bytes / 1e6)} MB: CARDIO_TFJS_NODE=${folder}`);

function must(command, args, cwd = building) {
  const { status } = run(command, args, { cwd });
  if (status === 0) return;
  console.error(`${command} ${args.join(' ')} failed; its message is above.`);
  process.exit(1);
}
