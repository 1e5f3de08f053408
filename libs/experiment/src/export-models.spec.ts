import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createRandom } from '@cardio/core';
import { startEngine, type EngineName } from '@cardio/engine';
import { exportOnnx, type Batch, type OnnxExportOptions } from '@cardio/export';
import { modelFactory } from '@cardio/models';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

const folder = mkdtempSync(join(tmpdir(), 'cardio-export-models-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  await startEngine((process.env['CARDIO_TEST_ENGINE'] ?? 'wasm') as EngineName);
});

const rows = modelFactory.names.flatMap((name) => [
  { name, inputLength: 100, inputFeatures: 0 },
  { name, inputLength: 101, inputFeatures: 3 },
]);

test.each(rows)(
  '$name of $inputLength samples and $inputFeatures features is the same in ONNX Runtime, in every precision',
  async ({ name, ...input }) => {
    const model = modelFactory.create(name, { ...input, inputChannels: 3, numClasses: 4, preset: 'tiny', seed: 1 });
    for (const weight of model.weights) {
      // what starts as zeros or ones would hide mistakes
      if (weight.shape.length === 1) {
        const first = weight.read();
        tf.tidy(() => void weight.write(tf.add(first, tf.randomUniform(first.shape, -0.3, 0.3, 'float32', 5))));
      }
    }
    const exported = (what: string, options: Partial<OnnxExportOptions> = {}): ReturnType<typeof exportOnnx> => {
      const path = join(folder, `${name}-${input.inputFeatures}-${what}.onnx`);
      return exportOnnx(model, { task: 'multi-label', classes: ['a', 'b', 'c', 'd'], path, ...options });
    };
    const { parity } = await exported('float32');
    expect(parity.inputs).toBe(16);
    // probabilities in float32; the gate itself would let 1e-4 pass
    expect(parity.maxAbsDiff).toBeLessThan(2e-6);
    await exported('kept', { normalisation: 'kept' });
    await exported('float16', { precision: 'float16' });
    await exported('int8', { precision: 'int8' });
    await exported('static', { precision: 'int8', calibration: { inputs: noise(input) } });
    model.dispose();
  },
  30_000,
);

/** What the gate has where no records are given, with another seed. */
function noise({ inputLength, inputFeatures }: { inputLength: number; inputFeatures: number }): Batch {
  const random = createRandom(9);
  const batch = (...shape: number[]): Batch[string] => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
  });
  return { ecg: batch(16, inputLength, 3), ...(inputFeatures > 0 && { features: batch(16, inputFeatures) }) };
}

const python = process.env['CARDIO_PYTHON'] ?? 'python3';
const hasChecker = spawnSync(python, ['-c', 'import onnx']).status === 0;
if (!hasChecker) console.warn(`Skipped: the ONNX checker needs the package onnx in \`${python}\`.`);

const check = `
import glob, onnx, sys
files = glob.glob(sys.argv[1] + '/*.onnx')
for file in files:
    onnx.checker.check_model(onnx.load(file), full_check=True)
print(len(files))
`;

(hasChecker ? test : test.skip)('the ONNX checker accepts all of them', () => {
  const { stdout, stderr } = spawnSync(python, ['-c', check, folder], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(Number(stdout)).toBe(5 * rows.length);
});
