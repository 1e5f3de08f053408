import { startEngine } from '@cardio/engine';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBinary } from '@bufbuild/protobuf';
import { decodeModel } from '../decode-model.js';
import { ModelProtoSchema } from '../gen/onnx_pb.js';
import { pick } from '../inputs.js';
import { browserRunner, findChromium } from './gate/browser.js';
import { checkBundle, type CheckPlace } from './gate/check-bundle.js';
import { pythonRunner } from './gate/python.js';
import type { Runner } from './gate/runner.js';
import { parseBundle } from './parse.js';
import { writeSmallBundle } from './spec-support.js';
import { writeBundle } from './write-bundle.js';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'cardio-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const python = process.env['CARDIO_PYTHON'] ?? 'python3';
const found: Readonly<Record<CheckPlace, boolean>> = {
  browser: findChromium() !== undefined,
  python: spawnSync(python, ['-c', 'import onnxruntime, numpy']).status === 0,
};
const places = (Object.keys(found) as CheckPlace[]).filter((place) => found[place]);
for (const place of Object.keys(found) as CheckPlace[])
  if (!found[place]) console.warn(`Skipped: the comparison in ${place}, which is not there.`);

let made: Awaited<ReturnType<typeof writeSmallBundle>>;
beforeAll(async () => {
  await startEngine('cpu');
  made = await writeSmallBundle(folder);
});

test('a bundle answers as the model, of windows and of records, in Node, in a page and in Python', async () => {
  const { checks, notes } = await checkBundle(folder, made, { check: places, locate: made.exported.locate });
  expect(notes).toEqual([]);
  const expected = [
    ...['bundle in Node, windows', 'bundle in Node, records'],
    ...(found.browser ? ['bundle in the browser, windows', 'bundle in the browser, records'] : []),
    ...(found.python ? ['Python, windows'] : []),
  ];
  expect(checks.map(({ where }) => where)).toEqual(expected);
  for (const { difference, allowed } of checks) {
    expect(allowed).toBe(1e-4);
    expect(difference).toBeLessThan(1e-5);
  }
});

/** A copy of the bundle in which something is changed and the manifest made anew: whole, but not what was trained. */
async function spoiled(name: string, spoil: (copy: string) => void, ...steps: string[]): Promise<string> {
  const copy = join(folder, '..', `${folder.split('/').at(-1)}-${name}`);
  cpSync(folder, copy, { recursive: true });
  spoil(copy);
  const bundle = parseBundle(readFileSync(join(copy, 'bundle.json')), copy);
  const kept = bundle.preparation.steps.filter(({ step }) => !steps.includes(step));
  const bytes = statSync(join(copy, 'model.onnx')).size;
  await writeBundle(copy, {
    ...bundle,
    model: { ...bundle.model, bytes },
    preparation: { ...bundle.preparation, steps: kept },
  });
  return copy;
}

/** Other weights in the last layer. */
function otherWeights(copy: string): void {
  const file = join(copy, 'model.onnx');
  const model = decodeModel(readFileSync(file));
  const kernel = model.graph?.initializer.find(({ name }) => name === 'logits/kernel');
  if (!kernel) throw new Error('The model has no such weight.');
  new DataView(kernel.rawData.buffer, kernel.rawData.byteOffset).setFloat32(4, 7, true);
  writeFileSync(file, toBinary(ModelProtoSchema, model));
}

test('a model with other weights is refused, naming the first node that differs, the same wherever it is run', async () => {
  const copy = await spoiled('weights', otherWeights);
  const opened: Runner[] = [];
  try {
    const { locate } = made.exported;
    const refused = checkBundle(copy, made, { locate });
    await expect(refused).rejects.toMatchObject({ code: 'check' });
    await expect(refused).rejects.toThrow(
      /bundle in Node .* on \d+ windows.* They part first at `\w+` of layer `logits` \(ONNX node `.*`\), by .*No bundle was written/,
    );
    const file = readFileSync(join(copy, 'model.onnx'));
    const two = pick(made.inputs, [0, 1]);
    if (found.browser) opened.push((await browserRunner(copy)) as Runner);
    if (found.python) opened.push((await pythonRunner(copy, 'model.onnx')) as Runner);
    const sentences: string[] = [];
    for (const { run } of opened) sentences.push(await locate(file, two, 1e-4, run));
    const inNode = await locate(file, two, 1e-4);
    const node = inNode.slice(0, inNode.indexOf(', by'));
    expect(sentences.map((sentence) => sentence.slice(0, node.length))).toEqual(opened.map(() => node));
  } finally {
    for (const { close } of opened) await close();
    rmSync(copy, { recursive: true });
  }
});

test('a preparation that lacks a step is refused, naming the record', async () => {
  const copy = await spoiled('steps', () => undefined, 'filter');
  try {
    await expect(checkBundle(copy, made, { locate: made.exported.locate })).rejects.toThrow(
      /bundle in Node .* on 6 records.*They part first in the preparation of record 1/,
    );
  } finally {
    rmSync(copy, { recursive: true });
  }
});

test('a place that is asked for and not there is an error, and with all a note', async () => {
  const before = process.env['CARDIO_PYTHON'];
  process.env['CARDIO_PYTHON'] = '/nowhere/python';
  try {
    await expect(checkBundle(folder, made, { check: ['python'] })).rejects.toThrow(
      "The bundle can't be compared in Python: it needs `/nowhere/python` with onnxruntime and numpy",
    );
    const { notes } = await checkBundle(folder, made, { check: 'all' });
    expect(notes.at(-1)).toContain('Not compared in Python: it needs `/nowhere/python`');
  } finally {
    if (before === undefined) delete process.env['CARDIO_PYTHON'];
    else process.env['CARDIO_PYTHON'] = before;
  }
});
