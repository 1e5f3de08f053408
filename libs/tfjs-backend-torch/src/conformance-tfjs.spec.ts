import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const wanted = process.env['CARDIO_TEST_TFJS'] === '1';
if (!wanted) console.log("SKIPPED: TensorFlow.js's own tests. CARDIO_TEST_TFJS=1 runs them on torch (half a minute).");

(wanted ? test : test.skip)(
  "torch passes TensorFlow.js's own tests of its ops",
  () => {
    const script = fileURLToPath(new URL('./testing/tfjs-core-tests.ts', import.meta.url));
    const { status, stdout, stderr } = spawnSync('npx', ['tsx', '--conditions', '@cardio/source', script], {
      encoding: 'utf8',
    });
    console.log(stdout);
    expect(status === 0 ? '' : stdout + stderr).toBe('');
  },
  180_000,
);
