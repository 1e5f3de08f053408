/** Measures the cost (processor time, the mean of 40 interleaved rounds) of each augmentation of one prepared example: `npx tsx --conditions @cardio/source libs/signal/docs/augmentation-cost.ts` */
import { createRandom } from '@cardio/core';
import {
  augmentationPresets,
  createExampleAugmentation,
  standardLeads,
  synthesizeEcg,
  type AugmentationConfig,
  type AugmentationStep,
} from '../src/index.js';

const window = { samples: 1000, leads: standardLeads, sampleRateHz: 500 };
const { signal } = synthesizeEcg({ seconds: 2, sampleRateHz: 500, heartRateBpm: 70, seed: 1 });
const original = Float32Array.from({ length: 12_000 }, (_, i) => signal.samples[i % 12][Math.floor(i / 12)]);
const task = { kind: 'multi-label', classes: ['reversed'] } as const;

const names: readonly AugmentationStep['name'][] = [
  ...(['gaussian-noise', 'powerline', 'baseline-wander', 'emg', 'electrode-motion', 'amplitude-scale'] as const),
  ...(['time-warp', 'time-mask', 'lead-dropout', 'random-crop', 'shift', 'limb-reversal'] as const),
];
const trials: readonly (readonly [string, AugmentationConfig])[] = [
  ['(to mV and back alone)', []],
  ...names.map(
    (name) =>
      [name, [name === 'random-crop' ? { name, seconds: 1, pad: true } : { name }]] as [string, AugmentationConfig],
  ),
  ...(Object.keys(augmentationPresets) as (keyof typeof augmentationPresets)[]).map((name) => [name, name] as const),
];
const prepared = trials.map(([, steps]) =>
  createExampleAugmentation({ steps, window, standardised: { mean: 0, std: 0.2 }, task }),
);
const spent = trials.map(() => 0);
for (let round = 0; round < 40; round++) {
  for (const [t, augment] of prepared.entries()) {
    const random = createRandom(round);
    const example = { x: original.slice(), y: new Float32Array(1) };
    const start = process.cpuUsage();
    for (let k = 0; k < 50; k++) {
      if (k % 10 === 0) example.x.set(original);
      augment(example, random);
    }
    spent[t] += process.cpuUsage(start).user / (40 * 50);
  }
}
for (const [t, [name]] of trials.entries()) console.log(`${name.padEnd(24)} ${spent[t].toFixed(0)} us`);
