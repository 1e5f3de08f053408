import { readdirSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { collect, installJasmine, runSuite } from './jasmine.js';
import { startTorch } from './torch.js';

/**
 * Runs TensorFlow.js's own published tests of its ops on `cpu` and on `torch`, and prints per file what passes on cpu and fails on torch:
 *
 *     npx tsx --conditions @cardio/source src/testing/tfjs-core-tests.ts [part of a file's name]
 */
const require = createRequire(import.meta.url);
const dist = dirname(require.resolve('@tensorflow/tfjs-core'));
const part = process.argv[2] ?? '';

// tfjs's jasmine_util asks for jasmine-core only to set a timeout
const loader = Module as unknown as { _load: (id: string, ...rest: unknown[]) => unknown };
const load = loader._load;
loader._load = (id, ...rest) => (id.startsWith('jasmine-core/') ? { core: () => ({}) } : load(id, ...rest));

installJasmine();
if (!(await startTorch())) process.exit(0);

const { setTestEnvs } = require(join(dist, 'jasmine_util.js')) as { setTestEnvs(envs: object[]): void };
require(join(dist, 'index.js'));
require(join(dist, 'public/chained_ops/register_all_chained_ops.js'));
require(join(dist, 'register_all_gradients.js'));

const folders = [
  'ops',
  'ops/fused',
  'ops/image',
  'ops/linalg',
  'ops/losses',
  'ops/signal',
  'ops/sparse',
  'ops/string',
  'optimizers',
  '.',
];
const files = folders.flatMap((folder) =>
  readdirSync(join(dist, folder))
    .filter((file) => file.endsWith('_test.js'))
    .map((file) => join(folder, file)),
);
const inScope = files.filter(
  (file) => (dirname(file) !== '.' || /^(gradients|tensor|variable)_test/.test(file)) && file.includes(part),
);

/** Where torch may differ, and why. */
const accepted: [test: RegExp, reason: string][] = [
  [
    /avgPool gradient x=\[3,3,1\] f=\[3,3\] s=1 p=explicit/,
    'the expected gradient divides by the window, the forward pass by what is in it',
  ],
  [/conv2dTranspose input=8x8x8,output=4x4x8/, 'sizes that no convolution of stride 1 has'],
  [
    /pool (max|avg) x=\[2,2,3\] f=\[1,1\] s=2 p=1 fractional/,
    'tfjs-cpu returns the input where a window of 1 keeps its shape, also when stride and padding move it',
  ],
];
const isAccepted = (name: string): boolean => accepted.some(([test]) => test.test(name.replace(' test {}', '')));

const total = { passed: 0, failed: 0, accepted: 0, onCpu: 0 };
for (const file of inScope) {
  const results = new Map<string, Map<string, string | undefined>>();
  for (const backendName of ['cpu', 'torch']) {
    setTestEnvs([{ name: 'test', backendName, isDataSync: true }]);
    delete require.cache[join(dist, file)];
    results.set(backendName, await runSuite(await collect(() => require(join(dist, file)) as unknown)));
  }
  const [cpu, torch] = [...results.values()];
  const names = [...cpu.keys()].filter((name) => cpu.get(name) === undefined);
  const different = names.filter((name) => torch.get(name) !== undefined);
  const failing = different.filter((name) => !isAccepted(name));
  total.accepted += different.length - failing.length;
  total.onCpu += cpu.size - names.length;
  total.failed += failing.length;
  total.passed += names.length - different.length;
  if (failing.length) console.log(`${file}: ${names.length - different.length} of ${names.length} pass`);
  for (const name of failing)
    console.log(`  ${name.replace(' test {}', '')}: ${torch.get(name)?.slice(0, 200).replaceAll('\n', ' ')}`);
}
console.log(
  `${inScope.length} files: ${total.passed} tests pass on torch, ${total.failed} fail, ${total.accepted} differ for a known reason; ${total.onCpu} more fail on cpu too.`,
);
process.exitCode = total.failed ? 1 : 0;
