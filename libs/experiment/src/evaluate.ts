import { join } from 'node:path';

import { createLoader, type EcgDataset } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { evaluateGroups, evaluateScores, type Evaluation } from '@cardio/eval';
import { ClassificationTrainer, loadCheckpoint } from '@cardio/trainers';

import { aggregationOf } from './aggregation.js';
import type { ExperimentObserver } from './observer.js';
import { createDataset, deviceOf } from './parts.js';
import { loadPlugins } from './plugins.js';
import { examplesOf, recordsOf, writePredictions, type Predictions } from './predictions.js';
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
}

/** An evaluation with what it is of. */
export interface Evaluated {
  readonly evaluation: RunEvaluation;
  readonly predictions: Predictions;
}

/** Loads a run's chosen checkpoint and its dataset and evaluates the one on the test split of the other. */
export async function evaluateRun(
  run: Run,
  observer: Pick<ExperimentObserver, 'onReading' | 'onDataset'> = {},
): Promise<RunEvaluation> {
  return (await evaluateBest(run, 'test', observer)).evaluation;
}

/** Loads a run's chosen checkpoint and its dataset and evaluates the one on a split of the other. */
export async function evaluateBest(
  run: Run,
  split: EvaluatedSplit,
  observer: Pick<ExperimentObserver, 'onReading' | 'onDataset'> = {},
): Promise<Evaluated> {
  await loadPlugins(run.config.plugins);
  await startEngine(run.config.engine, { device: deviceOf(run.config), precision: run.config.precision });
  const { model } = await loadCheckpoint(checkpointOf(run));
  try {
    const dataset = await createDataset(run.config, observer.onReading);
    observer.onDataset?.(dataset);
    const trainer = new ClassificationTrainer(model, {
      task: dataset.task.kind,
      classes: dataset.task.classes,
      aggregate: aggregationOf(dataset),
      trainLoader: createLoader(dataset.splits[split], { batchSize: run.config.training.batchSize }),
    });
    return await evaluateModel(run, trainer, dataset, split);
  } finally {
    model.dispose();
  }
}

/** Evaluates a trainer's model on a split and writes scores and predictions into the run's folder; the scores last, as a sign that all is there. */
export async function evaluateModel(
  run: Run,
  trainer: ClassificationTrainer,
  dataset: EcgDataset,
  split: EvaluatedSplit,
): Promise<Evaluated> {
  const { [split]: examined } = dataset.splits;
  const loader = createLoader(examined, { batchSize: run.config.training.batchSize });
  const { probabilities, labels, loss } = await trainer.evaluate(loader);
  const { classes, aggregate = null } = dataset.task;
  const examples = aggregate ? recordsOf(examined) : examplesOf(examined);
  const predictions: Predictions = { examples, classes, probabilities, labels };
  const evaluation: RunEvaluation = {
    split,
    checkpoint: finalWeightsOf(run.config),
    aggregate,
    loss,
    ...scored(dataset.task, predictions, dataset.report.notes),
  };
  const [scoresFile, predictionsFile] = filesOf(split);
  writePredictions(join(run.dir, runFiles[predictionsFile]), predictions);
  writeJson(run, scoresFile, evaluation);
  return { evaluation, predictions };
}

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
