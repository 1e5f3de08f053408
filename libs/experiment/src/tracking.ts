import { join, relative } from 'node:path';

import { CardioError } from '@cardio/core';
import { csvLog, metricsLog, mlflow, tensorBoard, wandb, type TrainerCallback } from '@cardio/trainers';
import { z } from 'zod';

import { runFiles, type Run } from './run-folder.js';

/** Where the course of a training is written, beside `metrics.jsonl`. */
export const trackingSchema = z.strictObject({
  tensorboard: z.boolean().default(true).describe('Write event files for TensorBoard.'),
  csv: z.boolean().default(false).describe('Write metrics.csv.'),
  wandb: z
    .enum(['off', 'offline', 'online'])
    .default('off')
    .describe(
      'Weights & Biases: a folder for `wandb sync` (offline), or to the server as well (online, WANDB_API_KEY).',
    ),
  wandbProject: z.string().min(1).optional().describe('Default: WANDB_PROJECT, else cardio.'),
  wandbEntity: z.string().min(1).optional().describe("User or team (default: WANDB_ENTITY, else the key's)."),
  wandbTags: z.array(z.string().min(1).max(64)).default([]).describe('Tags of the run in Weights & Biases.'),
  mlflow: z
    .string()
    .regex(
      /^(env|https?:\/\/[^@]+)$/,
      'env, or an address of HTTP without user and password, which MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD say',
    )
    .optional()
    .describe('MLflow server, such as http://localhost:5000; env: that of MLFLOW_TRACKING_URI.'),
  mlflowExperiment: z.string().min(1).optional().describe('Default: MLFLOW_EXPERIMENT_NAME, else cardio.'),
});

/**
 * The callbacks that keep the course of a run, as its configuration says.
 *
 * @param options.env default `process.env`: keys and addresses of the trackers
 * @throws CardioError `usage` when a tracker lacks its key or address
 */
export function trackersOf(
  run: Run,
  options: { warn?: ((message: string) => void) | undefined; env?: Readonly<Record<string, string | undefined>> } = {},
): TrainerCallback[] {
  const { env = process.env, warn } = options;
  const { tracking, output, ...parameters } = run.config;
  const callbacks = [metricsLog(join(run.dir, runFiles.metrics))];
  // a fold is a run within a run, and trackers know names alone
  const path = relative(output.runsDir, run.dir).replaceAll(/[\\/]/g, '-');
  const runId = path.startsWith('..') ? run.id : path;
  if (tracking.tensorboard) callbacks.push(tensorBoard(run.dir, { parameters }));
  if (tracking.csv) callbacks.push(csvLog(join(run.dir, runFiles.table)));
  if (tracking.wandb !== 'off') {
    const { wandb: mode, wandbProject: project, wandbEntity: entity, wandbTags: tags } = tracking;
    callbacks.push(wandb(run.dir, { mode, runId, project, entity, tags, parameters, env, warn }));
  }
  if (tracking.mlflow !== undefined) {
    const uri = tracking.mlflow === 'env' ? env['MLFLOW_TRACKING_URI'] : tracking.mlflow;
    if (!uri) throw new CardioError('usage', '`--mlflow env` needs `MLFLOW_TRACKING_URI`, which is not set.');
    const tags = { dataset: run.config.dataset.name, model: run.config.model.name };
    const { mlflowExperiment: experiment } = tracking;
    callbacks.push(mlflow(run.dir, { uri, runName: runId, experiment, tags, parameters, env, warn }));
  }
  return callbacks;
}
