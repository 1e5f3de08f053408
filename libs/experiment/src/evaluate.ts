import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { createLoader, type EcgDataset } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { evaluateGroups, evaluateScores, type Evaluation } from '@cardio/eval';
import { ClassificationTrainer, loadCheckpoint } from '@cardio/trainers';
import type { LayersModel } from '@tensorflow/tfjs-layers';

import { aggregationOf } from './aggregation.js';
import { decisionsFrom, evaluateDecisionsOn, type EvaluatedDecisions } from './decision.js';
import { intervalsOf, type TestIntervals } from './intervals.js';
import type { ExperimentObserver } from './observer.js';
import { createDataset, deviceOf } from './parts.js';
import { loadPlugins } from './plugins.js';
import { examplesOf, readPredictions, recordsOf, writePredictions, type Predictions } from './predictions.js';
import { checkpointOf, finalWeightsOf, runFiles, writeJson, type Run } from './run-folder.js';

/** The splits that a model can be evaluated on. */
export type EvaluatedSplit = 'test' | 'validation';

/** The evaluation of a run's chosen checkpoint on one split, as `evaluation.json` holds it. */
export interface RunEvaluation extends Evaluation {
  readonly split: EvaluatedSplit;
  readonly checkpoint: 'best' | 'last';
  /** How the windows of a record became one example; `null` where none did. */
  readonly aggregate: 'max' | 'mean' | null;
  readonly loss: number;
  /** The same scores of each record's examples, or of none where a record is one example. */
  readonly perRecord: readonly { readonly key: string; readonly evaluation: Evaluation }[];
  /** Of the scores, in evaluations of a test split; absent where the patients are too few. */
  readonly intervals?: TestIntervals;
  /** Thresholds and calibration, fitted on the validation split of the run; in evaluations of a test split. */
  readonly decisions?: EvaluatedDecisions;
}

/** Where {@link evaluateRun} differs from a run's own evaluation on its test split. */
export interface EvaluateOptions {
  /** Default: the run's. */
  readonly dataset?: EcgDataset;
  /** Default: `test`. */
  readonly split?: EvaluatedSplit;
  /** The folder that the results are written to. Default: the run's. */
  readonly dir?: string;
  /** Written beside the scores. */
  readonly extra?: object;
}

/** Loads a run's chosen checkpoint and its dataset and evaluates the one on the test split of the other. */
export async function evaluateRun(
  run: Run,
  observer: Pick<ExperimentObserver, 'onReading' | 'onDataset'> = {},
  { split = 'test', ...options }: EvaluateOptions = {},
): Promise<RunEvaluation> {
  return withTrainedModel(run, observer, options.dataset, ({ trainer, dataset }) =>
    evaluateModel(run, trainer, dataset, split, options),
  );
}

/** A run's chosen weights and the data that they are looked at with. */
interface TrainedModel {
  readonly model: LayersModel;
  readonly trainer: ClassificationTrainer;
  readonly dataset: EcgDataset;
}

/** Loads a run's chosen checkpoint and, unless one is given, its dataset, for as long as they are used. */
export async function withTrainedModel<T>(
  run: Run,
  observer: Pick<ExperimentObserver, 'onReading' | 'onDataset'>,
  given: EcgDataset | undefined,
  use: (trained: TrainedModel) => Promise<T>,
): Promise<T> {
  await loadPlugins(run.config.plugins);
  await startEngine(run.config.engine, { device: deviceOf(run.config), precision: run.config.precision });
  const { model } = await loadCheckpoint(checkpointOf(run));
  try {
    const dataset = given ?? (await createDataset(run.config, observer.onReading));
    observer.onDataset?.(dataset);
    const trainer = new ClassificationTrainer(model, {
      task: dataset.task.kind,
      classes: dataset.task.classes,
      aggregate: aggregationOf(dataset),
      trainLoader: createLoader(dataset.splits.test, { batchSize: run.config.training.batchSize }),
    });
    return await use({ model, trainer, dataset });
  } finally {
    model.dispose();
  }
}

/** Evaluates a trainer's model on a split and writes scores and predictions into a folder, the run's by default; the scores last, as a sign that all is there. */
export async function evaluateModel(
  run: Run,
  trainer: ClassificationTrainer,
  dataset: EcgDataset,
  split: EvaluatedSplit,
  { dir = run.dir, extra = {} }: Pick<EvaluateOptions, 'dir' | 'extra'> = {},
): Promise<RunEvaluation> {
  const { [split]: examined } = dataset.splits;
  const loader = createLoader(examined, { batchSize: run.config.training.batchSize });
  const { probabilities, labels, loss } = await trainer.evaluate(loader);
  const { classes, aggregate = null } = dataset.task;
  const examples = (aggregate ? recordsOf : examplesOf)(examined, dataset.attributes);
  const predictions: Predictions = { examples, classes, probabilities, labels };
  const validation = split === 'test' ? await validationOf(run, trainer, dataset, dir) : undefined;
  const evaluation: RunEvaluation = {
    split,
    checkpoint: finalWeightsOf(run.config),
    aggregate,
    loss,
    ...scored(dataset.task, predictions, dataset.report.notes),
    ...(split === 'test' && intervalsOf(dataset.task, predictions)),
    ...(validation && { decisions: decided(dataset.task, validation, predictions) }),
    ...extra,
  };
  mkdirSync(dir, { recursive: true });
  const [scoresFile, predictionsFile] = filesOf(split);
  writePredictions(join(dir, runFiles[predictionsFile]), predictions);
  writeJson({ dir }, scoresFile, evaluation);
  return evaluation;
}

/** What the model says of the validation split that it was chosen by: made anew with the run's own data, read where it is tested on another's. */
async function validationOf(
  run: Run,
  trainer: ClassificationTrainer,
  dataset: EcgDataset,
  dir: string,
): Promise<Predictions | undefined> {
  const path = join(run.dir, runFiles.validationPredictions);
  if (dir === run.dir) await evaluateModel(run, trainer, dataset, 'validation');
  return existsSync(path) ? readPredictions(path) : undefined;
}

const decided = (task: EcgDataset['task'], validation: Predictions, test: Predictions): EvaluatedDecisions =>
  evaluateDecisionsOn(decisionsFrom(task, validation), task, { validation, test });

/** The scores of predictions, all together and record by record where records have several examples. */
export function scored(
  { kind, forgiven = [] }: EcgDataset['task'],
  { examples, classes, probabilities, labels }: Predictions,
  notes: readonly string[],
): Omit<RunEvaluation, 'split' | 'checkpoint' | 'aggregate' | 'loss'> {
  const scores = { task: kind, classes, probabilities, labels };
  const records = examples.map(({ recordId }) => recordId);
  const whole = evaluateScores(scores, { forgiven });
  const severalEach = new Set(records).size < records.length;
  return {
    ...whole,
    notes: [...whole.notes, ...notes],
    perRecord: severalEach ? evaluateGroups(scores, records, { forgiven }) : [],
  };
}

/** Where the scores and the predictions of a split are kept. */
export const filesOf = (split: EvaluatedSplit) =>
  split === 'test' ? (['evaluation', 'predictions'] as const) : (['validation', 'validationPredictions'] as const);
