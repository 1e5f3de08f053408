import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { prepareRecord, writeSyntheticPtbxl } from '@cardio/datasets';
import { cardioaiPro, openOnnx } from '@cardio/export';
import { standardLeads } from '@cardio/signal';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { exportRun, type Bundle } from './export.js';
import { resolveConfig } from './resolve.js';
import { createRun, type Run } from './run-folder.js';
import { trainRun } from './train.js';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'cardio-export-run-'));
const data = join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true }));

const root = fileURLToPath(new URL('../../..', import.meta.url));
const real = join(root, '../shared/data/ptb-xl');
const recordsOf = (rate: 100 | 500): string[] =>
  (readdirSync(real, { recursive: true }) as string[])
    .filter((path) => path.startsWith(`records${rate}`) && path.endsWith('.hea'))
    .map((path) => join(real, path.slice(0, -'.hea'.length)))
    .slice(0, 32);
const python = process.env['CARDIO_PYTHON'] ?? 'python3';
const hasPython = spawnSync(python, ['-c', 'import onnx, onnxruntime, numpy']).status === 0;
const bundleAt = (path: string): Bundle => JSON.parse(readFileSync(path, 'utf8')) as Bundle;

/** A test that needs the real records; without them it says so. */
const withRecords = existsSync(real) ? test : test.skip;
if (!existsSync(real)) console.warn('Skipped: what compares on real records needs those of PTB-XL in ../shared/data.');
if (!hasPython) console.warn(`Skipped: what runs in Python needs onnx, onnxruntime and numpy in \`${python}\`.`);

async function trained(id: string, flags: Record<string, string>): Promise<Run> {
  const { config } = await resolveConfig({
    file: join(root, 'configs/ptbxl-superclass.yaml'),
    flags: {
      ...{ 'data-dir': data, preset: 'tiny', epochs: '1', engine: 'wasm', 'batch-size': '16' },
      ...{ 'runs-dir': folder, 'run-id': id, ...flags },
    },
  });
  const run = createRun(config);
  await trainRun(run);
  return run;
}

let windows: Run; // seven windows a record, one scale for all data
let whole: Run; // filtered records of 10 s, each lead scaled by itself, classes of the vocabulary
beforeAll(async () => {
  await writeSyntheticPtbxl(data, { records: 60, seed: 5 });
  windows = await trained('windows', {});
  whole = await trained('whole', {
    ...{ task: 'common', filter: 'monitor', normalise: 'lead', 'crop-seconds': '10', model: 'resnet1d_wang' },
  });
});

describe('precisions', () => {
  test.each([
    ['float32', 0, 'a probability differs'],
    ['float16', 0, 'a probability differs'],
    ['int8', 0, 'the AUROC differs'],
    ['int8', 16, 'the AUROC differs'],
  ] as const)(
    '%s, calibrated on %d windows, passes its gate on records of the test split',
    async (precision, calibrate, what) => {
      const { path, parity, bundle } = await exportRun(windows, { precision, calibrate });
      expect(parity.real).toBeGreaterThan(30);
      expect(parity.gate).toMatchObject({ what });
      expect(parity.gate.difference).toBeLessThanOrEqual(parity.gate.allowed);
      expect(bundleAt(bundle)).toMatchObject({ model: { file: 'model.onnx', precision }, insideModel: null });
      expect(dirname(bundle)).toBe(dirname(path));
    },
  );

  test('calibration is for int8', async () => {
    await expect(exportRun(windows, { calibrate: 16 })).rejects.toThrow(
      'Calibration is for int8; the precision is float32.',
    );
  });

  test('without its data a run is compared on noise, and says so', async () => {
    const moved = {
      ...windows,
      config: { ...windows.config, dataset: { ...windows.config.dataset, dataDir: '/nowhere' } },
    };
    const { parity, notes } = await exportRun(moved as Run);
    expect(parity).toMatchObject({ real: 0, inputs: 16 });
    expect(notes.join()).toContain("Compared on noise alone, because the run's data is not there");
  });
});

describe('preprocessing inside', () => {
  test("agrees with the training pipeline on the records of the run's own data, windows and all", async () => {
    const { parity, bundle } = await exportRun(windows, { preprocessing: {} });
    expect(parity.real).toBe(32);
    expect(parity.maxAbsDiff).toBeLessThan(1e-4);
    expect(bundleAt(bundle)).toMatchObject({
      window: { samples: 1000, sampleRateHz: 100, layout: 'samples-leads', unit: 'mV' },
      insideModel: { sampleRateHz: 100, seconds: 10, aggregate: 'max' },
    });
  });

  withRecords('agrees with the training pipeline on 32 real records within 1e-4', async () => {
    for (const run of [windows, whole]) {
      const rawRecords = recordsOf(100);
      const { parity } = await exportRun(run, { preprocessing: { layout: 'leads-samples' }, rawRecords });
      expect(parity.real).toBe(rawRecords.length);
      expect(parity.maxAbsDiff).toBeLessThan(1e-4);
    }
  });
});

describe('the profile cardioai-pro', () => {
  test("has the service's input and its fifteen classes, of which those it doesn't know are 0", async () => {
    const { path, bundle } = await exportRun(whole, { profile: 'cardioai-pro' });
    expect(path.endsWith(join('export', 'cardioai-pro', 'ecg_classifier.onnx'))).toBe(true);
    const { classes, window, outputs } = bundleAt(bundle);
    expect(window).toEqual({
      ...{ leads: standardLeads, sampleRateHz: 500, samples: 5000 },
      ...{ layout: 'leads-samples', unit: 'each lead z-scored' },
    });
    expect(outputs).toEqual(['probabilities']);
    expect(classes.map(({ name }) => name)).toEqual(cardioaiPro.classes);
    expect(classes.flatMap(({ name, known }) => (known ? [name] : []))).toEqual([
      ...[
        'normal',
        'atrial_fibrillation',
        'first_degree_block',
        'left_bundle_branch_block',
        'right_bundle_branch_block',
      ],
      ...['premature_atrial_contraction', 'premature_ventricular_contraction'],
    ]);
  });

  test('what the profile has no place for, and which steps are left out, is written down', async () => {
    const { bundle } = await exportRun(windows, { profile: 'cardioai-pro' });
    expect(bundleAt(bundle)).toMatchObject({ droppedClasses: ['CD', 'HYP', 'MI', 'STTC'] });
    expect(bundleAt(bundle).notes.join()).toContain('The step `standardise` is left out');
  });

  (hasPython ? withRecords : test.skip)(
    'answers the service, in Python, what the model answers here, on 8 real records',
    async () => {
      const { path } = await exportRun(whole, { profile: 'cardioai-pro' });
      const plain = await openOnnx((await exportRun(whole)).path);
      for (const record of recordsOf(500).slice(0, 8)) {
        const { signal: raw } = await prepareRecord(record, {
          sampleRateHz: 500,
          steps: [{ step: 'select-leads', leads: standardLeads }],
        });
        const { status, stdout } = spawnSync(python, [join(root, 'libs/export/checks/cardioai_service.py'), path], {
          input: JSON.stringify({ rate: 500, signals: raw.samples.map((lead) => [...lead]) }),
          encoding: 'utf8',
        });
        expect(status).toBe(0);
        const { input, probabilities } = JSON.parse(stdout) as { input: unknown[]; probabilities: number[] };
        expect(input).toEqual(['ecg', 'tensor(float)', ['batch', 12, 5000]]);
        const steps = [
          { step: 'select-leads', leads: standardLeads },
          { step: 'resample', sampleRateHz: 100 },
          { step: 'filter', bandHz: [0.5, 40] },
          { step: 'normalise', method: 'z-score', per: 'lead' },
        ] as const;
        const { signal } = await prepareRecord(record, { sampleRateHz: 500, steps });
        const ecg = Float32Array.from({ length: 12_000 }, (_, i) => signal.samples[i % 12][Math.floor(i / 12)]);
        const own = (await plain.run({ ecg, shape: [1, 1000, 12] })).probabilities;
        plain.classes.forEach((name, k) => {
          const place = (cardioaiPro.classes as readonly string[]).indexOf(name);
          if (place >= 0) expect(Math.abs(probabilities[place] - own[k])).toBeLessThan(1e-4);
        });
        expect(probabilities.filter((p) => p !== 0)).toHaveLength(7);
      }
      await plain.close();
    },
  );
});
