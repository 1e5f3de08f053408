import { CardioError } from '@cardio/core';
import { writeSyntheticPtbxl } from '@cardio/datasets';
import { createRun, exportRun, predictRecord, resolveConfig, runFiles } from '@cardio/experiment';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { createLogger, type LogLevel } from '../logger.js';
import { counter } from '../progress.js';
import { count, duration, printJson, score, table } from '../print.js';
import { predictionText } from './predict.js';
import { trainAndReport, trainedJson } from './train.js';

/** `cardio quickstart`: data, training, evaluation, export and prediction on a synthetic set, through the ordinary parts. */
export async function quickstart(options: {
  records: string;
  epochs: string;
  runsDir: string;
  json?: boolean;
  logLevel: LogLevel;
}): Promise<void> {
  const started = performance.now();
  const { json } = options;
  const say = json ? console.error : console.log;
  const step = (number: number, text: string): void => say(`\n[${number}/5] ${text}`);

  const records = Number(options.records);
  if (!Number.isInteger(records) || records < 50) {
    throw new CardioError('usage', `\`--records\` must be a whole number of at least 50, received ${options.records}.`);
  }
  const folder = join('datasets', `quickstart-${records}`);
  step(1, `Synthetic 12-lead ECGs in PTB-XL's file layout: ${folder}`);
  if (existsSync(folder)) say('already there');
  else {
    const writing = counter('writing records');
    await writeSyntheticPtbxl(folder, { records, seed: 1, ...(writing && { onProgress: writing }) });
  }

  step(2, 'Train se_resnet1d (small) on folds 1-8, choose by fold 9, evaluate on fold 10');
  const flags = {
    dataset: 'ptbxl',
    'data-dir': folder,
    model: 'se_resnet1d',
    preset: 'small',
    epochs: options.epochs,
    'batch-size': '16',
    'learning-rate': '0.002',
    'runs-dir': options.runsDir,
  };
  const { config } = await resolveConfig({ flags });
  const run = createRun(config);
  const trained = await trainAndReport(run, createLogger(options.logLevel, run.dir), { quiet: json ?? false });
  const { evaluation } = trained;
  if (json && !evaluation)
    printJson({ data: folder, run: trainedJson(run, trained), exported: null, prediction: null });
  if (!evaluation) return;

  step(3, 'Export to ONNX and check the file against the model');
  const exported = await exportRun(run);
  say(
    `${exported.path}: largest difference ${exported.parity.maxAbsDiff.toExponential(1)} on ${exported.parity.inputs} inputs`,
  );

  step(4, 'Predict one record of the test fold with the exported file');
  const record = join(folder, 'records100', '00000', '00001_lr');
  const prediction = await predictRecord(run, record, 'onnx');
  say(predictionText(prediction));

  step(5, `Done in ${duration((performance.now() - started) / 1000)}`);
  if (json) return printJson({ data: folder, run: trainedJson(run, trained), exported, prediction });
  const rows = [
    ['data', folder],
    ['run', run.dir],
    ['best checkpoint', join(run.dir, runFiles.checkpoints, 'best')],
    ['metrics', join(run.dir, runFiles.metrics)],
    ['evaluation', join(run.dir, runFiles.evaluation)],
    ['ONNX model', exported.path],
    ['its bundle', exported.bundle],
  ];
  console.log(table([['what', 'where'], ...rows]));
  console.log(
    `\nTest macro AUROC ${score(evaluation.summary['macroAuroc'])} on ${count(evaluation.examples)} synthetic records.`,
  );
  console.log(
    `Learning curves: tensorboard --logdir ${options.runsDir}\nNext: train on real ECGs, as the README shows.`,
  );
}
