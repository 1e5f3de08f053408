import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readJson, runFiles, type Manifest } from '@cardio/experiment';
import type { Job, JobEvent } from '@cardio/jobs';
import { z } from 'zod';

import { snakeCase } from '../http/case.js';

const states = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
const number = z.number().nullable();

/** A job as the contract has it. */
export const jobDocument = z.object({
  job_id: z.string(),
  status: z.enum(states),
  progress: z.number().min(0).max(100),
  current_epoch: z.int(),
  total_epochs: z.int(),
  train_loss: number,
  val_loss: number,
  val_accuracy: number.describe('Of multi-label tasks, which have none, the score by which the best epoch is chosen.'),
  created_at: z.string(),
  updated_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  error: z.string().optional().describe('Why it failed.'),
  error_code: z.string().optional(),
  kind: z.enum(['train', 'trial', 'pretrain', 'prepare']),
  model_name: z.string(),
  dataset_name: z.string(),
  run_id: z.string(),
  priority: z.int(),
  attempts: z.int(),
  group: z.string().nullable().describe('Of the folds of a cross-validation.'),
  worker: z.string().nullable(),
  num_classes: z.int().nullable().describe('Those of the dataset, once it was read.'),
  input_channels: z.int().nullable().describe('Leads that the model sees, once the dataset was read.'),
  scores: z.record(z.string(), number).nullable().describe('Of the test split, once it was evaluated.'),
});

/** A job as the contract has it. */
export function documentOf(job: Job): z.output<typeof jobDocument> {
  const { metrics, config, error } = job;
  const score = config.training.monitor === undefined ? undefined : metrics[`validation.${config.training.monitor}`];
  const manifest = manifestOf(job.runDir);
  return {
    job_id: job.id,
    status: job.state,
    progress: job.progress,
    current_epoch: job.epoch,
    total_epochs: job.epochs,
    train_loss: metrics['train.loss'] ?? metrics['trainLoss'] ?? null,
    val_loss: metrics['validation.loss'] ?? null,
    val_accuracy: metrics['validation.accuracy'] ?? score ?? metrics['validation.macroAuroc'] ?? null,
    created_at: job.createdAt.toISOString(),
    updated_at: job.updatedAt.toISOString(),
    started_at: job.startedAt?.toISOString() ?? null,
    finished_at: job.finishedAt?.toISOString() ?? null,
    ...(job.state === 'failed' && error && { error: error.message, error_code: error.code }),
    ...{ kind: job.kind, model_name: config.model.name, dataset_name: config.dataset.name, run_id: job.runId },
    ...{ priority: job.priority, attempts: job.attempts, group: job.group, worker: job.worker },
    num_classes: manifest?.task.classes.length ?? null,
    input_channels: manifest?.window.leads.length ?? null,
    scores: job.scores,
  };
}

/** An epoch's numbers as the contract has them: names of the service in snake_case, names of scores as they are. */
export const epochDocument = (row: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [snakeCase(name), value]));

/** The data of an event. */
export function eventDocument({ type, data }: JobEvent): Readonly<Record<string, unknown>> {
  if (type === 'metrics') return epochDocument(data);
  if (type !== 'state') return data;
  const { state, error, ...rest } = data;
  return { status: state, ...rest, ...(error ? { error } : {}) };
}

/** By folder: what was read once stays, so that a status costs no disk. */
const manifests = new Map<string, Manifest>();
const mostManifests = 1000;

function manifestOf(dir: string): Manifest | undefined {
  const known = manifests.get(dir);
  if (known || !existsSync(join(dir, runFiles.manifest))) return known;
  const manifest = readJson<Manifest>({ dir }, 'manifest');
  if (manifests.size >= mostManifests) manifests.clear();
  manifests.set(dir, manifest);
  return manifest;
}
