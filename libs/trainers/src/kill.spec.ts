import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createRandom } from '@cardio/core';
import type { EngineName } from '@cardio/engine';
import { afterAll, expect, test } from '@jest/globals';

// a tool of the engine's own tests, which it does not publish
// eslint-disable-next-line @nx/enforce-module-boundaries
import { availableEngines } from '../../engine/src/testing/engines.js';
import { readCheckpoint } from './checkpoints.js';
import { run } from './testing-run.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-kill-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts the run in a process of its own, which is killed some time after a few steps, unless it ends before. */
function life(
  engine: EngineName,
  into: string,
  { afterSteps, afterMs }: { afterSteps: number; afterMs: number },
): Promise<{ killed: boolean; steps: number[] }> {
  const script = fileURLToPath(new URL('testing-run.ts', import.meta.url));
  const parts = ['--import', 'tsx', '--conditions', '@cardio/source', script, engine, into];
  const child = spawn(process.execPath, parts, {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors, timer] = ['', '', undefined as NodeJS.Timeout | undefined];
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString();
    if (output.split('\n').length > afterSteps) timer ??= setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  return new Promise((resolve, reject) => {
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      const steps = [...output.matchAll(/^step (\d+)$/gm)].map(([, step]) => Number(step));
      if (code === 0 || signal === 'SIGKILL') resolve({ killed: signal === 'SIGKILL', steps });
      else reject(new Error(errors));
    });
  });
}

/** What a run leaves behind, but for its times. */
async function remains(of: string): Promise<object> {
  const parts = await Promise.all(
    ['last', 'best'].map(async (name) => {
      const { state, optimizer, model } = await readCheckpoint(join(of, name));
      const history = state.history.map((record) => ({ ...record, seconds: 0 }));
      return [name, { state: { ...state, history }, optimizer, weights: Buffer.from(model.weightData as ArrayBuffer) }];
    }),
  );
  return Object.fromEntries(parts) as object;
}

const engines = (await availableEngines()).filter((engine) => engine !== 'cpu');

test.each(engines)(
  'on %s, a run killed at random points ends with the bits of one that was not',
  async (engine) => {
    const [whole, killed] = [join(folder, engine, 'whole'), join(folder, engine, 'killed')];
    await run(engine, whole);
    const random = createRandom(20261123);
    const lives: Awaited<ReturnType<typeof life>>[] = [];
    do {
      const when = { afterSteps: 1 + random.integer(8), afterMs: random.uniform(0, 40) };
      lives.push(await life(engine, killed, when));
    } while (lives.at(-1)?.killed && lives.length < 40);

    const kills = lives.filter((one) => one.killed).length;
    console.log(`${kills} kills, after the steps ${lives.map(({ steps }) => steps.at(-1) ?? 'none').join(', ')}`);
    expect(kills).toBeGreaterThanOrEqual(3);
    expect(lives.at(-1)?.killed).toBe(false);
    // no more than the step under way is done again
    lives.slice(1).forEach(({ steps }, i) => {
      const before = lives[i].steps.at(-1);
      if (before !== undefined && steps.length > 0) expect(steps[0]).toBeGreaterThanOrEqual(before);
    });
    expect(await remains(killed)).toEqual(await remains(whole));
    for (const name of ['.last.new', '.last.old']) expect(existsSync(join(killed, name))).toBe(false);
  },
  180_000,
);
