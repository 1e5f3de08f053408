import { expect, test } from '@jest/globals';
import { trainingConfig, type BatchEnd } from '@cardio/trainers';

import { createMeter } from './progress-meter.js';

const step = (epoch: number, batch: number, change: Partial<BatchEnd> = {}): BatchEnd => ({
  epoch,
  batch,
  step: batch,
  size: 32,
  loss: 0.5,
  gradientNorm: 1,
  learningRate: 1e-3,
  skippedBatches: 0,
  seconds: { wait: 0.01, step: 0.09 },
  ...change,
});
const meter = (batchesPerEpoch: number | undefined, accumulateBatches = 1): ReturnType<typeof createMeter> => {
  const made = createMeter();
  made.begin({ epochs: 4, batchesPerEpoch, config: trainingConfig.parse({ accumulateBatches }) });
  return made;
};

test('a line has the epoch, a bar, loss, rates, the share of waiting and the time left', () => {
  const m = meter(100);
  for (let batch = 1; batch <= 50; batch++) m.step(step(1, batch, { loss: batch }));
  // 50 and 300 batches of 0.1 s to go
  expect(m.line(100)).toBe('1/4 [==========          ]  50% loss 25.5000 10 steps/s 320 samples/s wait 10% 35 s left');
});

test('an epoch that is over says how long the next ones take, validation included; a new one starts its own means', () => {
  const m = meter(100);
  for (let batch = 1; batch <= 100; batch++) m.step(step(1, batch));
  const train = { loss: 0.5, gradientNorm: 1 };
  m.endEpoch({ record: { epoch: 1, step: 100, learningRate: 1e-3, train, best: true, seconds: 20 } });
  m.step(step(2, 50, { loss: NaN })); // a run that was resumed within its epoch, and a batch that was left out
  expect(m.line(60)).toBe('2/4  50% loss - 10 steps/s 320 samples/s wait 10% 45 s left');
});

test('a step of several batches counts as one', () => {
  const m = meter(100, 10);
  m.step(step(1, 10, { size: 320, seconds: { wait: 0, step: 1 } }));
  expect(m.line(80)).toBe('1/4 [=           ]  10% loss 0.5000 1.00 steps/s 320 samples/s wait 0% 39 s left');
});

test('no line is longer than its terminal, even of a long training', () => {
  const m = createMeter();
  m.begin({ epochs: 1000, batchesPerEpoch: 100_000, config: trainingConfig.parse({}) });
  m.step(step(999, 99_999, { loss: 123.4567, size: 4096, seconds: { wait: 1e-4, step: 1e-4 } }));
  for (const columns of [20, 40, 80, 200]) expect(m.line(columns).length).toBeLessThanOrEqual(columns);
  expect(m.line(80)).toMatch(/^999\/1000 .* left$/);
});

test('a loader that does not say its length has batches and no time left', () => {
  const m = meter(undefined);
  expect(m.line(80)).toBe('');
  m.step(step(1, 7));
  expect(m.line(80)).toBe('1/4 batch 7 loss 0.5000 10 steps/s 320 samples/s wait 10%');
});
