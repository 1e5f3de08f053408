import { CardioError } from '@cardio/core';
import { datasetFactory, type DatasetCard } from '@cardio/datasets';
import { evaluateScores, type Evaluation, type Interval, type Scores } from '@cardio/eval';
import type { ReportClass, ReportData, ReportLanguage } from '@cardio/eval/report';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { codeCountsOf } from '../codebook-file.js';
import type { RunEvaluation } from '../evaluate.js';
import { intervalsOf, type TestIntervals } from '../intervals.js';
import type { Manifest } from '../manifest.js';
import type { ExperimentObserver } from '../observer.js';
import { readPredictions } from '../predictions.js';
import { finalWeightsOf, readJson, runFiles, type Run } from '../run-folder.js';
import { historyOf, rowOf } from '../runs.js';
import { drawFigures } from './figures.js';
import { look } from './look.js';
import { reproduction } from './reproduction.js';
import { subgroupsOf } from './subgroups.js';

/** How a report is made. */
export interface ReportOptions {
  readonly lang?: ReportLanguage;
  /** How many mistakes are shown. Default 10. */
  readonly mistakes?: number;
  /** Seconds for explanations of mistakes. Default 60. */
  readonly seconds?: number;
}

/**
 * Gathers all that the report of a run says: of its folder and, where they are there, of its dataset and its checkpoint.
 *
 * @throws {CardioError} `not-found` for a run that was not evaluated
 */
export async function gatherReport(
  run: Run,
  { lang = 'en', mistakes: most = 10, seconds = 60 }: ReportOptions = {},
  observer: Pick<ExperimentObserver, 'onReading' | 'onDataset' | 'onWarning'> = {},
): Promise<ReportData> {
  const manifest = readJson<Manifest>(run, 'manifest');
  if (!existsSync(join(run.dir, runFiles.evaluation)) || !existsSync(join(run.dir, runFiles.predictions))) {
    throw new CardioError('not-found', `The run ${run.dir} was not evaluated yet: cardio evaluate ${run.dir}`);
  }
  const evaluation = readJson<RunEvaluation>(run, 'evaluation');
  const predictions = await readPredictions(join(run.dir, runFiles.predictions));
  const { task } = manifest;
  const scores: Scores = { ...predictions, task: task.kind };
  const seen = await look(run, predictions, { most, seconds }, observer);
  const { intervals } = evaluation.intervals ? evaluation : intervalsOf(task, predictions);
  const whole = evaluateScores(scores, { forgiven: task.forgiven ?? [] });
  const classes = classesOf(whole, intervals);
  const row = rowOf(run);
  const subgroups = subgroupsOf(scores, predictions, mainScoreOf(whole, row.validation?.name));
  const { decisions } = evaluation;
  const history = historyOf(run);
  return {
    run: { id: manifest.id, created: manifest.created, checkpoint: finalWeightsOf(run.config) },
    dataset: {
      ...cardOf(manifest),
      name: manifest.dataset.name,
      version: manifest.dataset.version,
      absent: manifest.dataset.absent.count,
      bad: manifest.dataset.bad.length,
      notes: manifest.dataset.notes,
    },
    task: { name: task.name, kind: task.kind, classes: task.classes, aggregate: task.aggregate ?? null },
    window: manifest.window,
    preparation: manifest.preparation.steps.map(stepText),
    model: manifest.model,
    training: {
      epochs: history.length,
      batchSize: run.config.training.batchSize,
      optimizer: run.config.training.optimizer,
      learningRate: run.config.training.learningRate,
      chosen: row.validation && {
        epoch: row.validation.epoch,
        score: { name: row.validation.name, value: row.validation.value, interval: null },
      },
    },
    splits: (['train', 'validation', 'test'] as const).map((name) => ({
      name,
      examples: manifest.dataset.examples[name],
      patients: manifest.dataset.patients[name],
      positives: seen?.counts[name] ?? null,
    })),
    sharedPatients: seen?.shared ?? null,
    test: {
      examples: predictions.examples.length,
      patients: new Set(predictions.examples.map(({ patientId }) => patientId)).size,
      scores: Object.entries(whole.summary).map(([name, value]) => ({
        ...{ name, value },
        interval: ends(intervals?.summary[name]),
      })),
      classes,
      notes: evaluation.notes,
      intervals: intervals ? { level: intervals.level, resamples: intervals.resamples } : null,
    },
    figures: await drawFigures(
      {
        ...{ scores, classes, history, subgroups, confusion: whole.confusion },
        thresholds: decisions?.thresholds ?? null,
        calibration: decisions?.calibration ?? null,
        monitor: row.validation?.name ?? null,
        codeCounts: codeCountsOf(run),
        patients: predictions.examples.map(({ patientId }) => patientId),
        name: run.id,
      },
      lang,
    ),
    mistakes: seen?.mistakes ?? null,
    subgroups,
    calibration: decisions
      ? {
          method: decisions.calibration.method,
          measures: (['ece', 'brier', 'logLoss'] as const).map((name) => ({
            name,
            before: decisions.calibration.test.before[name],
            after: decisions.calibration.test.after[name],
          })),
        }
      : null,
    thresholds: decisions?.thresholds
      ? {
          by:
            typeof decisions.thresholds.by === 'string'
              ? decisions.thresholds.by
              : JSON.stringify(decisions.thresholds.by),
          classes: decisions.thresholds.classes.map((one, c) => ({
            ...one,
            ...pick(decisions.thresholds?.test[c]),
          })),
        }
      : null,
    reproduce: reproduction(run, manifest),
  };
}

const pick = (at: NonNullable<NonNullable<RunEvaluation['decisions']>['thresholds']>['test'][number] | undefined) => ({
  sensitivity: at?.sensitivity ?? null,
  specificity: at?.specificity ?? null,
  positivePredictivity: at?.positivePredictivity ?? null,
  f1: at?.f1 ?? null,
});

function classesOf({ perClass }: Evaluation, intervals: TestIntervals | undefined): ReportClass[] {
  return perClass.map((one, c) => ({
    name: one.name,
    positives: one.support,
    predicted: one.predicted,
    auroc: one.auroc,
    aurocInterval: ends(intervals?.perClass[c].auroc),
    auprc: one.auprc,
    sensitivity: one.sensitivity,
    positivePredictivity: one.positivePredictivity,
    f1: one.f1,
  }));
}

const ends = (interval: Interval | undefined): readonly [number, number] | null =>
  interval?.low == null || interval.high === null ? null : [interval.low, interval.high];

const mainScoreOf = ({ summary }: Evaluation, monitor: string | undefined): string =>
  monitor !== undefined && monitor in summary ? monitor : Object.keys(summary)[0];

/** A step as JSON, its numbers short enough to be read. */
const stepText = (step: object): string =>
  JSON.stringify(step, (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value));

/** Of the dataset's definition; a dataset of a plug-in may have none. */
function cardOf({ dataset: { name } }: Manifest): Pick<DatasetCard, 'title' | 'url' | 'licence' | 'citation'> {
  const { card } = datasetFactory.get(name) as { card?: DatasetCard };
  return {
    title: card?.title ?? name,
    url: card?.url ?? '',
    licence: card?.licence ?? '',
    citation: card?.citation ?? '',
  };
}
