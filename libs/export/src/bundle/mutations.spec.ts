import { createRandom, isCardioError, type Random } from '@cardio/core';
import { startEngine } from '@cardio/engine';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnnx } from '../open-onnx.js';
import { bundleFiles } from './files.js';
import { failureOf, signedAgain, writeSmallBundle } from './spec-support.js';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'cardio-mutations-'));
const [whole, copy] = ['whole', 'copy'].map((name) => join(folder, name));
const at = (name: string): string => join(copy, name);
const { description, card, manifest } = bundleFiles;

beforeAll(async () => {
  await startEngine('cpu');
  mkdirSync(whole);
  await writeSmallBundle(whole);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  rmSync(copy, { recursive: true, force: true });
  cpSync(whole, copy, { recursive: true });
});

/** Changes a few bytes, leaves some out, puts some in or cuts the end off. */
function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  const result = [...bytes];
  const times = 1 + random.integer(4);
  for (let i = 0; i < times; i++) {
    const place = random.integer(Math.max(1, result.length));
    const kind = random.integer(5);
    if (kind === 0) result[place] ^= 1 << random.integer(8);
    else if (kind === 1) result[place] = random.integer(256);
    else if (kind === 2) result.splice(place, 1 + random.integer(16));
    else if (kind === 3)
      result.splice(place, 0, ...Array.from({ length: 1 + random.integer(16) }, () => random.integer(256)));
    else result.length = place;
  }
  return Uint8Array.from(result);
}

describe('mutations, by a seed', () => {
  /** What became of each: opened, or refused with a code; anything else is a crash. */
  async function fates(name: string, count: number, after: () => Promise<void>): Promise<Map<string, number>> {
    const original = readFileSync(join(whole, name));
    const found = new Map<string, number>();
    for (let seed = 0; seed < count; seed++) {
      writeFileSync(at(name), mutated(original, createRandom(seed)));
      await after();
      const error = await failureOf(copy);
      const fate =
        error === undefined ? 'opened' : isCardioError(error) ? error.code : `crash of seed ${seed}: ${String(error)}`;
      found.set(fate, (found.get(fate) ?? 0) + 1);
    }
    return found;
  }

  test('200 of each file without a new manifest: every change is found', async () => {
    for (const name of [description, card, 'model.onnx', manifest]) {
      const found = await fates(name, 200, async () => undefined);
      const same = found.get('opened') ?? 0; // a mutation may change nothing
      expect([...found.keys()].filter((fate) => fate !== 'opened')).toEqual(['data']);
      expect(same).toBeLessThan(8);
    }
  });

  test('400 of the description with a new manifest: opened or refused, never a crash', async () => {
    const found = await fates(description, 400, () => signedAgain(copy));
    expect([...found.keys()].filter((fate) => !['opened', 'data', 'usage'].includes(fate))).toEqual([]);
    expect(found.get('data')).toBeGreaterThan(200);
  });

  test('300 of the ONNX file by itself: opened and run, or refused, never a crash', async () => {
    const original = readFileSync(join(whole, 'model.onnx'));
    const unforeseen: string[] = [];
    let refused = 0;
    for (let seed = 0; seed < 300; seed++) {
      writeFileSync(at('model.onnx'), mutated(original, createRandom(seed)));
      try {
        const model = await openOnnx(at('model.onnx'));
        await model.run({ ecg: new Float32Array(400), shape: [1, 200, 2] }).finally(() => model.close());
      } catch (error) {
        if (isCardioError(error) && ['data', 'usage'].includes(error.code)) refused++;
        else unforeseen.push(`seed ${seed}: ${String(error)}`);
      }
    }
    expect(unforeseen).toEqual([]);
    expect(refused).toBeGreaterThan(100);
  });
});
