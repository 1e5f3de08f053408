import { isCardioError } from '@cardio/core';
import { startEngine } from '@cardio/engine';
import { toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeModel } from '../decode-model.js';
import { ModelProtoSchema } from '../gen/onnx_pb.js';
import { openOnnx } from '../open-onnx.js';
import { bundleFiles } from './files.js';
import { sha256 } from './manifest.js';
import { openBundle } from './open-bundle.js';
import { failureOf, signedAgain, writeSmallBundle } from './spec-support.js';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'cardio-hostile-'));
const [whole, copy, outside] = ['whole', 'copy', 'outside'].map((name) => join(folder, name));
const at = (name: string): string => join(copy, name);
const { description, card, manifest } = bundleFiles;

beforeAll(async () => {
  await startEngine('cpu');
  mkdirSync(whole);
  await writeSmallBundle(whole);
  writeFileSync(outside, 'a secret');
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  rmSync(copy, { recursive: true, force: true });
  cpSync(whole, copy, { recursive: true });
});

const signed = (names?: readonly string[]): Promise<void> => signedAgain(copy, names);
const failure = (): Promise<unknown> => failureOf(copy);

async function expectRefused(why: string | RegExp, code = 'data'): Promise<void> {
  const error = await failure();
  if (!isCardioError(error)) throw new Error(`It was not refused as it should be: ${String(error)}`);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(why);
}

test('a whole bundle is opened, and sha256sum finds it whole', async () => {
  expect(await failure()).toBeUndefined();
  expect(execFileSync('sha256sum', ['-c', manifest], { cwd: copy, encoding: 'utf8' }).match(/: OK/g)).toHaveLength(3);
});

describe('what lies about its folder', () => {
  test.each([
    '../outside',
    '/etc/passwd',
    'a/b',
    '..',
    '.',
    '.hidden',
    'C:model',
    'a\\b',
    '',
    'MANIFEST.sha256',
    'x'.repeat(101),
  ])('a manifest with the name %j is refused, and nothing is read', async (name) => {
    const line = `${await sha256(readFileSync(outside))}  ${name}\n`;
    writeFileSync(at(manifest), readFileSync(at(manifest), 'utf8') + line);
    await expectRefused(/which is no file of its own folder|has the line/);
  });

  test.each(['../outside', '/etc/passwd', 'sub/model.onnx'])(
    'a description with the model %j is refused',
    async (file) => {
      const bundle = JSON.parse(readFileSync(at(description), 'utf8')) as { model: object };
      writeFileSync(at(description), JSON.stringify({ ...bundle, model: { ...bundle.model, file } }));
      await signed();
      await expectRefused('`model.file` of its bundle.json: must be a name without folders');
    },
  );

  test.each([description, card, 'model.onnx', manifest])('a link in place of %s is refused', async (name) => {
    renameSync(at(name), join(folder, `moved-${name}`));
    symlinkSync(join(folder, `moved-${name}`), at(name));
    await expectRefused(`\`${name}\` is a link, a folder or no plain file`);
  });

  test('so is a folder, and a pipe, which is not waited for', async () => {
    rmSync(at('model.onnx'));
    mkdirSync(at('model.onnx'));
    await expectRefused('`model.onnx` is a link, a folder or no plain file');
    rmSync(at('model.onnx'), { recursive: true });
    execFileSync('mkfifo', [at('model.onnx')]);
    await expectRefused('`model.onnx` is a link, a folder or no plain file');
  });

  test.each(['a tensor that is kept in another file', 'a graph within a node'])('%s is refused', async (what) => {
    const model = decodeModel(readFileSync(at('model.onnx')));
    const attribute = model.graph?.node.flatMap((node) => node.attribute)[0];
    const tensor = model.graph?.initializer[0];
    if (!tensor || !attribute) throw new Error('The model has no tensor or no attribute.');
    if (what === 'a graph within a node') {
      attribute.$unknown = [{ no: 6, wireType: 2, data: Uint8Array.of(0) }]; // g: an empty graph
    } else {
      // external_data (13) { key: "location", value: "../outside" }, data_location (14): EXTERNAL
      const entry = Buffer.from('\x0a\x08location\x12\x0a../outside', 'latin1');
      tensor.$unknown = [
        { no: 13, wireType: 2, data: Buffer.concat([Buffer.from([entry.length]), entry]) },
        { no: 14, wireType: 0, data: Uint8Array.of(1) },
      ];
    }
    writeFileSync(at('model.onnx'), toBinary(ModelProtoSchema, model));
    const bundle = JSON.parse(readFileSync(at(description), 'utf8')) as { model: object };
    const bytes = readFileSync(at('model.onnx')).length;
    writeFileSync(at(description), JSON.stringify({ ...bundle, model: { ...bundle.model, bytes } }));
    await signed();
    await expectRefused('it holds what this platform never writes, such as a tensor kept in another file');
    await expect(openOnnx(at('model.onnx'))).rejects.toMatchObject({ code: 'data' });
  });
});

describe('what is not as it was written', () => {
  test('a missing file, a file more, a folder that is none', async () => {
    rmSync(at(card));
    await expectRefused('`MODEL_CARD.md` is missing');
    writeFileSync(at(card), readFileSync(join(whole, card)));
    writeFileSync(at('extra.bin'), 'x');
    await expectRefused('"extra.bin" is not in its MANIFEST.sha256');
    await signed([description, card, 'model.onnx', 'extra.bin']);
    await expectRefused('`extra.bin` is no part of a bundle');
    rmSync(copy, { recursive: true });
    await expectRefused(/is no bundle: it has no MANIFEST.sha256/, 'not-found');
  });

  test.each([description, card, 'model.onnx', manifest])('a truncated %s', async (name) => {
    truncateSync(at(name), readFileSync(at(name)).length - 7);
    await expectRefused(/truncated/);
  });

  test('a model that is longer or shorter than its description says', async () => {
    writeFileSync(at('model.onnx'), Buffer.concat([readFileSync(at('model.onnx')), Buffer.alloc(10)]));
    await expectRefused(/`model.onnx` has \d+ bytes, and may have at most \d+/);
    writeFileSync(at('model.onnx'), readFileSync(join(whole, 'model.onnx')).subarray(0, 100));
    await signed();
    await expectRefused(/`model.onnx` has 100 of its \d+ bytes/);
  });

  test.each([
    [manifest, 10_000],
    [card, 3 * 2 ** 20],
    [description, 5 * 2 ** 20],
    ['model.onnx', 5 * 2 ** 30],
  ])('%s of %d bytes, which are not read', async (name, bytes) => {
    truncateSync(at(name), bytes); // sparse: it takes no room
    const before = process.memoryUsage().rss;
    await expectRefused(/has \d+ bytes, and may have at most/);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  test('an ONNX file of 5 GB, which is not read', async () => {
    truncateSync(at('model.onnx'), 5 * 2 ** 30);
    await expect(openOnnx(at('model.onnx'))).rejects.toMatchObject({ code: 'data' });
  });

  test.each([
    ['no JSON', '{', 'is not readable JSON'],
    ['another version', '{"formatVersion": 99}', 'has formatVersion 99; this version of the platform reads 2'],
    ['no object', 'null', 'has formatVersion undefined'],
    ['bytes that are no UTF-8', Buffer.of(0xff, 0xfe), 'is not readable JSON'],
  ])('a description that is %s', async (_, text, why) => {
    writeFileSync(at(description), text);
    await signed();
    await expectRefused(why);
  });

  test.each([
    ['classes.0.name', 'its model has other classes than its description'],
    ['thresholds.classes.0.name', '`thresholds` of its bundle.json: is of other classes than the answer'],
    ['window.samples', /its model takes \[\[200,2\]\], and its description says/],
    ['preparation.steps.1.bandHz', '`preparation.steps.1.bandHz`'],
    ['created', '`created` of its bundle.json'],
    ['model.bytes', '`model.bytes` of its bundle.json'],
  ])('a description with another %s', async (path, why) => {
    const bundle = JSON.parse(readFileSync(at(description), 'utf8')) as Record<string, unknown>;
    const parts = path.split('.');
    const last = parts.pop() as string;
    const parent = parts.reduce<Record<string, unknown>>((part, key) => part[key] as Record<string, unknown>, bundle);
    parent[last] = { name: 'other', samples: 100, bandHz: [40, 0.5], created: 'today', bytes: 1e300 }[last];
    if (path === 'classes.0.name') for (const one of ['thresholds', 'calibration']) bundle[one] = null;
    writeFileSync(at(description), JSON.stringify(bundle));
    await signed();
    await expectRefused(why);
  });
});

test.each([
  ['without samples', [0, 0], ['II', 'V1'], 100, /received 0 samples in 2 leads/],
  ['of several lengths', [500, 499], ['II', 'V1'], 100, /received 500 and 499 samples/],
  ['with a name too few', [500, 500], ['II'], 100, /with 1 names/],
  ['without a lead', [500, 500], ['II', 'V2'], 100, /V1/],
  ['without a rate', [500, 500], ['II', 'V1'], NaN, /at NaN Hz/],
  ['at a rate that is none', [500, 500], ['II', 'V1'], Infinity, /Infinity/],
])('a record %s is a clear error', async (_, lengths, leads, sampleRateHz, why) => {
  const opened = await openBundle(copy);
  const samples = lengths.map((length) => new Float32Array(length));
  const error: unknown = await opened.predict({ samples, leads, sampleRateHz }).catch((e: unknown) => e);
  await opened.close();
  if (!isCardioError(error)) throw new Error(`It was not refused as it should be: ${String(error)}`);
  expect(error.message).toMatch(why);
});
