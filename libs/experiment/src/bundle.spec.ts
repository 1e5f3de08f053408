import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createRandom, isCardioError, type Random } from '@cardio/core';
import { readEcgFile, writeSyntheticPtbxl } from '@cardio/datasets';
import { applyCalibration, predictWith } from '@cardio/eval';
import type { Bundle, CheckPlace } from '@cardio/export';
import { loadCheckpoint } from '@cardio/trainers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { predictBundle } from './bundle-predict.js';
import type { RunEvaluation } from './evaluate.js';
import { exportRun, type RunExport } from './export.js';
import { predictRecord } from './predict.js';
import { resolveConfig } from './resolve.js';
import { createRun, readJson, type Run } from './run-folder.js';
import { trainRun } from './train.js';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'cardio-bundle-'));
const data = join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true }));

const root = fileURLToPath(new URL('../../..', import.meta.url));
const real = join(root, '../shared/data/ptb-xl');
const isReal = existsSync(real);
if (!isReal) console.warn('Synthetic records in place of real ones: those of PTB-XL are not in ../shared/data.');
const recordsIn = (at: string): string[] =>
  (readdirSync(at, { recursive: true }) as string[])
    .filter((path) => path.startsWith('records100') && path.endsWith('.hea'))
    .sort()
    .map((path) => join(at, path.slice(0, -'.hea'.length)));

const python = process.env['CARDIO_PYTHON'] ?? 'python3';
const chromium = ['chromium', 'chromium-browser', 'google-chrome'];
const found: Readonly<Record<CheckPlace, boolean>> = {
  browser: [process.env['CARDIO_CHROMIUM'] ?? 'chromium', ...chromium].some(
    (name) => spawnSync(name, ['--version']).status === 0,
  ),
  python: spawnSync(python, ['-c', 'import onnxruntime, numpy']).status === 0,
};
const places = (Object.keys(found) as CheckPlace[]).filter((place) => found[place]);
for (const place of Object.keys(found) as CheckPlace[])
  if (!found[place]) console.warn(`Skipped: the comparison in ${place}, which is not there.`);

let run: Run;
let records: string[];
let exported: RunExport;
const bundleOf = ({ bundle }: RunExport): Bundle => JSON.parse(readFileSync(bundle, 'utf8')) as Bundle;

beforeAll(async () => {
  await writeSyntheticPtbxl(data, { records: 60, seed: 5 });
  const { config } = await resolveConfig({
    file: join(root, 'configs/ptbxl-superclass.yaml'),
    flags: {
      ...{ 'data-dir': data, model: 'se_resnet1d', preset: 'tiny', epochs: '2', engine: 'wasm', 'batch-size': '16' },
      ...{ 'runs-dir': folder, 'run-id': 'run', filter: 'monitor' },
    },
  });
  run = createRun(config);
  await trainRun(run);
  records = recordsIn(isReal ? real : data).slice(0, 32);
});

describe('parity is a gate', () => {
  test.each([
    ['float32', 1e-4],
    ['float16', 2e-3],
  ] as const)(
    '%s: the trained model, ONNX Runtime, and the bundle wherever it runs agree on the same 32 records',
    async (precision, allowed) => {
      const made = await exportRun(run, { precision, rawRecords: records, check: places });
      expect(made.checks.map(({ where, inputs }) => [where, inputs])).toEqual([
        ['ONNX Runtime Node', made.parity.inputs],
        ['bundle in Node, windows', 7 * 32],
        ['bundle in Node, records', 32],
        ...(found.browser
          ? [
              ['bundle in the browser, windows', 7 * 32],
              ['bundle in the browser, records', 32],
            ]
          : []),
        ...(found.python ? [['Python, windows', 7 * 32]] : []),
      ]);
      for (const check of made.checks) {
        expect(check.allowed).toBe(allowed);
        expect(check.difference).toBeLessThanOrEqual(allowed);
      }
      expect(bundleOf(made).checks).toEqual(made.checks);
      if (precision === 'float32') exported = made;
    },
  );

  test('int8 is judged by AUROC wherever it runs', async () => {
    const { checks } = await exportRun(run, { precision: 'int8', calibrate: 16, check: places });
    expect(checks.length).toBe(2 + places.length);
    for (const { what, difference, allowed } of checks) {
      expect([what, allowed]).toEqual(['the AUROC differs', 0.01]);
      expect(difference).toBeLessThanOrEqual(0.01);
    }
  });

  test('a place that is asked for and not there is an error, and the bundle that was there stays', async () => {
    const before = readFileSync(exported.bundle, 'utf8');
    process.env['CARDIO_PYTHON'] = join(folder, 'no-python');
    try {
      await expect(exportRun(run, { check: ['python'] })).rejects.toMatchObject({ code: 'unavailable' });
      expect(readFileSync(exported.bundle, 'utf8')).toBe(before);
      expect(readdirSync(join(run.dir, 'export')).filter((name) => /tmp|old/.test(name))).toEqual([]);
    } finally {
      process.env['CARDIO_PYTHON'] = python;
    }
  });
});

describe('a bundle alone', () => {
  let moved: string;
  beforeAll(() => {
    moved = join(folder, 'elsewhere');
    cpSync(dirname(exported.bundle), moved, { recursive: true });
  });

  test('predicts records as the checkpoint does, decides by the thresholds of validation, and calibrates', async () => {
    const { decisions } = readJson<RunEvaluation>(run, 'evaluation');
    const { thresholds, calibration } = decisions ?? { thresholds: null, calibration: undefined };
    if (!calibration) throw new Error('The run has no calibration.');
    for (const record of records.slice(0, 6)) {
      const [own, alone] = [await predictRecord(run, record, 'checkpoint'), await predictBundle(moved, record)];
      expect(alone.windows).toHaveLength(7);
      [own.whole, ...own.windows].forEach((answer, w) => {
        const other = [alone.whole, ...alone.windows][w];
        answer?.probabilities.forEach((p, k) =>
          expect(Math.abs(p - Number(other?.probabilities[k]))).toBeLessThan(1e-4),
        );
      });
      const probabilities = alone.whole?.probabilities ?? [];
      const { kind, classes } = alone.task;
      const given = predictWith(thresholds, { task: kind, classes, probabilities, labels: probabilities.map(() => 0) });
      expect(alone.whole?.predicted).toEqual(classes.filter((_, k) => given[k] === 1));
      applyCalibration(calibration, probabilities).forEach((p, k) =>
        expect(alone.whole?.calibrated?.[k]).toBeCloseTo(p, 12),
      );
    }
  });

  test('reads what the folder dataset reads', async () => {
    const { signal } = await readEcgFile(`${records[0]}.hea`);
    const rows = Array.from(signal.samples[0], (_, i) =>
      [i / signal.sampleRateHz, ...signal.samples.map((lead) => lead[i])].join(','),
    );
    const file = join(folder, 'record.csv');
    writeFileSync(file, [['time', ...signal.leads].join(','), ...rows].join('\n'));
    const [csv, wfdb] = [await predictBundle(moved, file), await predictBundle(moved, records[0])];
    csv.whole?.probabilities.forEach((p, k) => expect(p).toBeCloseTo(Number(wfdb.whole?.probabilities[k]), 5));
  });

  test('holds what a user must know, as JSON and as a model card', () => {
    const bundle = bundleOf(exported);
    const { patients } = bundle.trainedOn;
    expect(bundle).toMatchObject({
      task: { name: 'superclass', kind: 'multi-label', aggregate: 'max' },
      window: { samples: 250, sampleRateHz: 100, unit: 'prepared signal' },
      preparation: { sampleRateHz: 100 },
      thresholds: { by: 'f1', chosenOn: 'validation' },
      calibration: { method: 'temperature', fittedOn: 'validation' },
      trainedOn: { dataset: 'ptbxl', licence: 'CC BY 4.0' },
    });
    expect(bundle.window.leads).toHaveLength(12);
    expect(bundle.classes.find(({ name }) => name === 'NORM')?.codes).toEqual({ snomed: ['426783006'], scp: ['NORM'] });
    expect(bundle.metrics?.summary['macroAuroc'].value).toBe(
      readJson<RunEvaluation>(run, 'evaluation').summary['macroAuroc'],
    );
    const card = readFileSync(join(moved, 'MODEL_CARD.md'), 'utf8');
    for (const text of [
      '## Intended use',
      '## Limits',
      '## Scores',
      `${patients['train']} patients`,
      'CC BY 4.0',
      'snomed 426783006',
    ])
      expect(card).toContain(text);
  });

  test.each([
    ['no bundle', () => join(folder, 'data'), () => records[0], 'not-found', 'is no bundle: it has no MANIFEST.sha256'],
    ['no record', () => moved, () => join(folder, 'nobody'), 'not-found', 'nobody'],
  ])('%s is a clear error', async (_, at, record, code, why) => {
    const error: unknown = await predictBundle(at(), record()).catch((e: unknown) => e);
    expect(isCardioError(error) && error.code).toBe(code);
    expect(String(error)).toContain(why);
  });
});

/** Changes a few bytes, leaves some out or cuts the end off. */
function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  const place = random.integer(bytes.length);
  const kind = random.integer(3);
  if (kind === 0) return bytes.map((byte, i) => (i === place ? byte ^ (1 << random.integer(8)) : byte));
  if (kind === 1) return bytes.slice(0, place);
  return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1 + random.integer(64))]);
}

test('a checkpoint with any of 240 mutations, by a seed, is refused as bad data', async () => {
  const copy = join(folder, 'checkpoint');
  const original = join(run.dir, 'checkpoints', 'last');
  const names = readdirSync(original);
  const unforeseen: string[] = [];
  for (let seed = 0; seed < 240; seed++) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(original, copy, { recursive: true });
    const name = names[seed % names.length];
    const bytes = readFileSync(join(original, name));
    writeFileSync(join(copy, name), mutated(bytes, createRandom(seed)));
    if (readFileSync(join(copy, name)).equals(bytes)) continue;
    const error: unknown = await loadCheckpoint(copy).catch((e: unknown) => e);
    if (!isCardioError(error) || error.code !== 'data') unforeseen.push(`${name}, seed ${seed}: ${String(error)}`);
  }
  expect(unforeseen).toEqual([]);
});
