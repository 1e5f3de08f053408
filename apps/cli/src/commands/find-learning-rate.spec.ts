import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, jest, test } from '@jest/globals';
import type { LearningRateCurve } from '@cardio/trainers';

import { curveText } from './find-learning-rate.js';

jest.setTimeout(60_000);

const bin = fileURLToPath(new URL('../../bin/cardio.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cardio-find-lr-'));
afterAll(() => rmSync(folder, { recursive: true }));

const cardio = (args: string) =>
  spawnSync(process.execPath, [bin, ...args.split(' ')], {
    ...{ cwd: folder, encoding: 'utf8' as const },
    env: { ...process.env, NODE_OPTIONS: '' },
  });
const data = '--dataset synthetic --task rhythm --records 60 --seconds 2 --engine wasm';

describe('cardio train --find-lr', () => {
  test('prints what was found as JSON, a rate with which the same command learns, and writes nothing', () => {
    const command = `train ${data} --model cnn_lstm --preset tiny --batch-size 16`;
    const { status, stdout } = cardio(`${command} --find-lr --json`);
    expect(status).toBe(0);
    const { curve, suggestion } = JSON.parse(stdout) as LearningRateCurve;
    expect(curve[0].learningRate).toBeCloseTo(1e-7, 12);
    expect(suggestion).toBeGreaterThan(1e-4);
    expect(suggestion).toBeLessThan(1);
    expect(readdirSync(folder)).toEqual([]);
    const losses = [
      ...cardio(`${command} --epochs 3 --learning-rate ${suggestion}`).stderr.matchAll(/train loss ([\d.]+)/g),
    ];
    expect(Number(losses[2][1])).toBeLessThan(Number(losses[0][1]));
  });

  test('with --resume it is refused', () => {
    const { status, stderr } = cardio('train --find-lr --resume latest');
    expect([status, stderr]).toEqual([2, expect.stringContaining('leave out `--resume`')]);
  });
});

describe('the curve as text', () => {
  const curve = Array.from({ length: 100 }, (_, i) => ({ learningRate: 10 ** (i / 20 - 5), loss: 2 - i / 60 }));

  test('fits 80 columns, has a line for the suggestion and names its flag', () => {
    const text = curveText({ curve, suggestion: curve[42].learningRate });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).toMatch(/1\.3e-3 {4}1\.300 +\* suggested/);
    expect(text).toContain('--learning-rate 0.0013');
  });

  test('says what to do where there is none', () => {
    expect(curveText({ curve: curve.slice(0, 1), suggestion: null })).toContain('--overfit-one-batch');
    expect(curveText({ curve: [], suggestion: null })).toContain('not finite');
  });
});
