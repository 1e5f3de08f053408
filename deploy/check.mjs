// Parses what lies here and the CI workflow, and looks for what each must have: `node deploy/check.mjs`. It builds and starts nothing.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// The YAML of the configuration; another version lies at the root for tools.
const { parse, parseAllDocuments } = createRequire(join(root, 'libs/experiment/package.json'))('yaml');
const text = (path) => readFileSync(join(root, path), 'utf8');
const wrong = [];
const expect = (holds, problem) => holds || wrong.push(problem);

/** The last stage of a Dockerfile, as instructions with their arguments. */
function lastStage(path) {
  const lines = text(path).replaceAll(/\\\n/g, ' ').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')); // prettier-ignore
  const instructions = lines.map(
    (line) => /^([A-Z]+)\s+(.*)$/.exec(line) ?? wrong.push(`${path}: no instruction: ${line}`),
  );
  const stages = instructions.flatMap(([, name], i) => (name === 'FROM' ? [i] : []));
  return instructions.slice(stages.at(-1)).map(([, name, args]) => ({ name, args }));
}

/** Commands in exec form are JSON. */
function checkImage(path) {
  const stage = lastStage(path);
  const last = (name) => stage.findLast((one) => one.name === name)?.args ?? '';
  const command = /\[.*\]$/.exec(last('HEALTHCHECK'))?.[0];
  for (const json of [last('CMD'), command])
    expect(Array.isArray(JSON.parse(json ?? 'null')), `${path}: ${json} is not a list`);
  return last('USER');
}

expect(checkImage('deploy/Dockerfile.api') === 'node', 'deploy/Dockerfile.api: must not run as root');
expect(['', 'node'].includes(checkImage('deploy/Dockerfile.worker')), 'deploy/Dockerfile.worker: must not run as root');

const { services, volumes } = parse(text('deploy/compose.yaml'), { merge: true });
for (const [name, service] of Object.entries(services)) {
  for (const mount of service.volumes ?? []) expect(mount.split(':')[0] in volumes, `compose: ${name} mounts ${mount}`);
  for (const other of Object.keys(service.depends_on ?? {}))
    expect(other in services, `compose: ${name} needs ${other}`);
  for (const [key, value] of Object.entries(service.environment ?? {})) {
    if (/TOKEN|PASSWORD/.test(key)) expect(/^\$\{\w+:\?/.test(value), `compose: ${name} has a default for ${key}`);
  }
  expect(!service.build || readFileSync(join(root, service.build.dockerfile)), `compose: ${name} has no Dockerfile`);
}

const documents = parseAllDocuments(text('deploy/kubernetes/workers.yaml'));
for (const { errors } of documents) for (const { message } of errors) wrong.push(`kubernetes: ${message}`);
const objects = documents.map((document) => document.toJS());
const { spec } = objects.find(({ kind }) => kind === 'Deployment');
const pod = spec.template.spec;
expect(pod.securityContext.runAsNonRoot, 'kubernetes: the worker may run as root');
expect(Object.entries(spec.selector.matchLabels).every(([key, value]) => spec.template.metadata.labels[key] === value), 'kubernetes: the selector finds no pod'); // prettier-ignore
for (const { name, resources, volumeMounts, envFrom } of pod.containers) {
  expect(resources.limits?.memory && resources.limits.cpu, `kubernetes: ${name} has no limits`);
  for (const { name: volume } of volumeMounts) expect(pod.volumes.some((one) => one.name === volume), `kubernetes: no volume ${volume}`); // prettier-ignore
  for (const { secretRef } of envFrom) expect(objects.some(({ kind, metadata }) => kind === 'Secret' && metadata.name === secretRef.name), `kubernetes: no secret ${secretRef.name}`); // prettier-ignore
}

const { on, jobs } = parse(text('.github/workflows/ci.yml'));
expect(on.push && 'pull_request' in on, 'workflow: must run on push and pull requests');
for (const [name, { steps, strategy, 'runs-on': runsOn }] of Object.entries(jobs)) {
  expect(
    runsOn && steps.every((step) => Boolean(step.uses) !== Boolean(step.run)),
    `workflow: ${name}: a step uses or runs`,
  );
  expect(
    steps.some(({ run }) => run === 'bash .ci/run'),
    `workflow: ${name} does not run .ci/run`,
  );
  expect(
    [20, 22, 24].every((node) => strategy.matrix.node.includes(node)),
    `workflow: ${name}: not all of Node 20, 22, 24`,
  );
  const used = [...JSON.stringify({ steps, runsOn }).matchAll(/matrix\.(\w+)/g)].map(([, key]) => key);
  for (const key of used) expect(key in strategy.matrix, `workflow: ${name}: no matrix.${key}`);
}

for (const problem of wrong) console.error(problem);
console.log(wrong.length === 0 ? 'Images, compose file, manifests and workflow: ok' : `${wrong.length} problems`);
process.exitCode = wrong.length === 0 ? 0 : 1;
