// The process of one job: it trains what its worker tells it, and ends with it.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { isCardioError } from '@cardio/core';
import {
  createRun,
  openRun,
  prepareDatasetShare,
  pretrainRun,
  runFiles,
  trainRun,
  type ExperimentConfig,
  type ExperimentObserver,
  type Run,
} from '@cardio/experiment';

import type { FromChild, ToChild } from './messages.js';

/** Steps are told at most so often. */
const everyMs = 500;
const stop = new AbortController();

const tell = (message: FromChild): void => void process.send?.(message);

process.on('message', (message: ToChild) => {
  if (message.type === 'stop') return stop.abort();
  run(message).then(
    (last) => leave(last),
    (error: unknown) => leave({ type: 'error', ...reasonOf(error) }),
  );
});
// A worker that is gone can't keep the claim: whoever takes the job next must find nobody writing in its folder.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined); // the worker decides
tell({ type: 'ready' });

/** Exits once the worker has the last message. */
function leave(last: FromChild): void {
  process.send?.(last, () => process.exit(0));
}

type Start = Extract<ToChild, { type: 'start' }>;

async function run(job: Start): Promise<FromChild> {
  if (job.kind === 'prepare') return prepareShare(job);
  const run = openOrCreate(job);
  const options = { resume: run.resume, observer: observerOf(job.config.training.epochs), signal: stop.signal };
  if (job.kind === 'pretrain') {
    const { history } = await pretrainRun(run.run, options);
    return history.stopped === 'aborted' ? { type: 'stopped' } : { type: 'done', scores: null };
  }
  const { history, evaluation } = await trainRun(run.run, {
    ...options,
    evaluate: job.kind === 'trial' ? 'validation' : 'test',
  });
  if (history.stopped === 'aborted') return { type: 'stopped' };
  return { type: 'done', scores: evaluation?.summary ?? null };
}

/** Shards are written whole, each by itself: to stop is to leave, and another attempt prepares those that are missing. */
async function prepareShare({ config, share }: Start): Promise<FromChild> {
  stop.signal.addEventListener('abort', () => leave({ type: 'stopped' }));
  let told = 0;
  const { shards, prepared } = await prepareDatasetShare(config, share ?? { index: 0, of: 1 }, (done, total) => {
    if (performance.now() - told < everyMs) return;
    told = performance.now();
    tell({ type: 'step', epoch: 1, epochs: 1, share: done / total, loss: NaN });
  });
  tell({ type: 'log', level: 'info', message: `${prepared} of ${shards} shards were missing, and are prepared.` });
  return { type: 'done', scores: null };
}

function openOrCreate({ config, runDir }: { config: ExperimentConfig; runDir: string }): { run: Run; resume: boolean } {
  if (existsSync(join(runDir, runFiles.config))) return { run: openRun(runDir), resume: true };
  const output = { ...config.output, runsDir: dirname(runDir), runId: basename(runDir) };
  return { run: createRun({ ...config, output }), resume: false };
}

function observerOf(most: number): ExperimentObserver {
  let [told, batches] = [0, 0];
  const log = (message: string, level: 'info' | 'warn' = 'info'): void => tell({ type: 'log', level, message });
  return {
    onEngine: ({ name, version, device, threads }) =>
      log(`Engine ${[name, version, device, `${threads} threads`].filter(Boolean).join(', ')}.`),
    onDataset({ name, task, splits, report }) {
      const sizes = Object.values(splits).map((split) => `${split.name} ${split.size}`);
      log(`Dataset ${name}, task ${task.name}: ${sizes.join(', ')}.`);
      for (const note of report.notes) log(note);
      if (report.absent.length > 0) log(`${report.absent.length} listed records are not in the folder.`, 'warn');
      for (const { record, reason } of report.bad) log(`Record ${record} is left out: ${reason}`, 'warn');
    },
    onModel: ({ model }) => log(`Model ${model.name}: ${model.parameters} parameters.`),
    onWarning: (message) => log(message, 'warn'),
    onTrainBegin({ history, epochs, batchesPerEpoch = 0 }) {
      batches = batchesPerEpoch;
      if (history.length > 0) log(`Going on after epoch ${history.length} of ${epochs}.`);
      tell({ type: 'epoch', epoch: history.length, epochs });
    },
    onBatchEnd({ epoch, batch, loss }) {
      if (performance.now() - told < everyMs) return;
      told = performance.now();
      tell({ type: 'step', epoch, epochs: most, share: batches > 0 ? Math.min(1, batch / batches) : 0, loss });
    },
    onEpochEnd({ record, checkpoint }) {
      tell({ type: 'epoch', epoch: record.epoch, epochs: most });
      if (checkpoint) tell({ type: 'checkpoint' });
    },
  };
}

function reasonOf(error: unknown): { code: string; message: string } {
  if (isCardioError(error)) return { code: error.code, message: error.message };
  return { code: 'crashed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
