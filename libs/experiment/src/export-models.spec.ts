import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEngine, type EngineName } from '@cardio/engine';
import { exportOnnx } from '@cardio/export';
import { modelFactory } from '@cardio/models';
import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

beforeAll(async () => {
  await startEngine((process.env['CARDIO_TEST_ENGINE'] ?? 'wasm') as EngineName);
});

const rows = modelFactory.names.flatMap((name) => [
  { name, inputLength: 100, inputFeatures: 0 },
  { name, inputLength: 101, inputFeatures: 3 },
]);

test.each(rows)(
  '$name of $inputLength samples and $inputFeatures features is the same in ONNX Runtime',
  async ({ name, ...input }) => {
    const model = modelFactory.create(name, { ...input, inputChannels: 3, numClasses: 4, preset: 'tiny', seed: 1 });
    for (const weight of model.weights) {
      // what starts as zeros or ones would hide mistakes
      if (weight.shape.length === 1) {
        const first = weight.read();
        tf.tidy(() => void weight.write(tf.add(first, tf.randomUniform(first.shape, -0.3, 0.3, 'float32', 5))));
      }
    }
    const path = join(mkdtempSync(join(tmpdir(), 'cardio-export-')), 'model.onnx');
    const { parity } = await exportOnnx(model, { task: 'multi-label', classes: ['a', 'b', 'c', 'd'], path });
    expect(parity.inputs).toBe(16);
    // probabilities in float32; the gate itself would let 1e-4 pass
    expect(parity.maxAbsDiff).toBeLessThan(2e-6);
    model.dispose();
  },
);
