// Cross-validation over the patients of MIT-BIH's DS1, with the configuration of a file: see libs/datasets/README.md.
import { parseArgs } from 'node:util';
import { buildSplit, createLoader, datasetFactory, type Example, type Split } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { evaluateGroups, evaluateScores, type Evaluation } from '@cardio/eval';
import { resolveConfig } from '@cardio/experiment';
import { modelFactory } from '@cardio/models';
import { ClassificationTrainer, trainingConfig } from '@cardio/trainers';

const { values } = parseArgs({
  options: {
    config: { type: 'string', default: 'configs/mitbih-interpatient.yaml' },
    'data-dir': { type: 'string', default: '../shared/data/mitdb/mit-bih-arrhythmia-database-1.0.0' },
    folds: { type: 'string', default: '6' },
    seeds: { type: 'string', default: '0' },
    engine: { type: 'string', default: 'auto' },
  },
});
const { config } = await resolveConfig({
  file: values.config,
  flags: { 'data-dir': values['data-dir'], engine: values.engine },
});
const { batchSize, sampling } = config.training;
const training = trainingConfig.omit({ classWeights: true, seed: true }).strip().parse(config.training);
const engine = await startEngine(config.engine, { device: config.device });
const started = performance.now();
const { name, ...fields } = config.dataset;
const dataset = await datasetFactory.create(name, fields);
const { task, window, features } = dataset;
const all = [dataset.splits.train, dataset.splits.validation].flatMap(examplesOf);
const records = [...new Set(all.map(({ recordId }) => recordId))].sort();
console.log(`${records.length} records, ${all.length} examples, engine ${engine.name}, ${training.epochs} epochs`);

for (const seed of values.seeds.split(',').map(Number)) await crossValidate(seed, Number(values.folds));

/** Every record is predicted by a model that was trained on the records of the other folds, to its last epoch. */
async function crossValidate(seed: number, folds: number): Promise<void> {
  const probabilities: number[] = [];
  const labels: number[] = [];
  const keys: string[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const held = records.filter((_, i) => i % folds === fold);
    const split = (name: 'train' | 'validation', isHeld: boolean): Split =>
      buildSplit(
        name,
        all.filter(({ recordId }) => held.includes(recordId) === isHeld),
        dataset.splits.train.shape,
      );
    const { name: model, ...numbers } = config.model;
    const trainer = new ClassificationTrainer(
      modelFactory.create(model, {
        ...{ ...numbers, inputLength: window.samples, inputChannels: window.leads.length },
        ...{ inputFeatures: features.length, numClasses: task.classes.length, seed },
      }),
      {
        ...{ ...training, task: task.kind, classes: task.classes, seed },
        trainLoader: createLoader(split('train', false), { batchSize, shuffle: true, sampling, seed }),
      },
    );
    await trainer.train();
    const tested = split('validation', true);
    const result = await trainer.evaluate(createLoader(tested, { batchSize: 1024 }));
    probabilities.push(...result.probabilities);
    labels.push(...result.labels);
    keys.push(...examplesOf(tested).map(({ recordId }) => recordId));
    trainer.model.dispose();
    console.log(`fold ${fold} (${held.join(' ')}) after ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  const scores = { task: task.kind, classes: task.classes, probabilities, labels };
  const options = { forgiven: task.forgiven ?? [] };
  console.log(`\nseed ${seed}: ${summary(evaluateScores(scores, options))}`);
  for (const { key, evaluation } of evaluateGroups(scores, keys, options)) {
    console.log(`${key}  ${evaluation.confusion?.map((row, k) => `${task.classes[k]} ${row.join(' ')}`).join(' | ')}`);
  }
}

/** Sensitivity and positive predictivity of S and V, and jk = kappa / 2 + their sum / 8 (Mar et al., IEEE TBME 58:2168, 2011). */
function summary({ summary: { kappa }, perClass }: Evaluation): string {
  const [s, v] = ['S', 'V'].map((class_) => perClass.find(({ name }) => name === class_));
  const four = [s, v].flatMap((one) => [one?.sensitivity ?? 0, one?.positivePredictivity ?? 0]);
  const jk = (kappa ?? 0) / 2 + four.reduce((a, b) => a + b) / 8;
  const of = (name: string, se: number, pp: number, f1: number): string =>
    `${name} Se ${se.toFixed(3)} +P ${pp.toFixed(3)} F1 ${f1.toFixed(3)}`;
  return [
    `jk ${jk.toFixed(3)}, kappa ${(kappa ?? 0).toFixed(3)}`,
    of('S', four[0], four[1], s?.f1 ?? 0),
    of('V', four[2], four[3], v?.f1 ?? 0),
  ].join(', ');
}

function examplesOf(split: Split): Example[] {
  return Array.from({ length: split.size }, (_, i) => split.example(i));
}
