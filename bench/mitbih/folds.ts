// Cross-validation over the patients of MIT-BIH's DS1, with the configuration of a file: see libs/datasets/docs/mitbih-sequences.md.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSplit, createLoader, datasetFactory, type Example, type Split } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { evaluateGroups, evaluateScores, jkIndex, type Evaluation } from '@cardio/eval';
import { resolveConfig } from '@cardio/experiment';
import { modelFactory } from '@cardio/models';
import { ClassificationTrainer, trainingConfig } from '@cardio/trainers';
import { ectopicExamples } from './ectopic.js';

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
const ectopic = new Map<string, Example[]>();
for (const record of records) {
  ectopic.set(record, await ectopicExamples(join(values['data-dir'], record), dataset.preparation, task.classes));
}
console.log(`${records.length} records, ${all.length} examples, engine ${engine.name}, ${training.epochs} epochs`);

for (const seed of values.seeds.split(',').map(Number)) await crossValidate(seed, Number(values.folds));

/** Predictions of examples, in their order. */
interface Predicted {
  readonly probabilities: number[];
  readonly labels: number[];
  readonly records: string[];
}

/**
 * Every record is predicted by a model that was trained on the records of the other folds, to its last epoch; so are the stretches and records of
 * mostly ectopic beats that were made of it.
 */
async function crossValidate(seed: number, folds: number): Promise<void> {
  const whole: Predicted = { probabilities: [], labels: [], records: [] };
  const mostlyEctopic: Predicted = { probabilities: [], labels: [], records: [] };
  for (let fold = 0; fold < folds; fold++) {
    const held = records.filter((_, i) => i % folds === fold);
    const isHeld = ({ recordId }: Example): boolean => held.includes(recordId);
    const trainer = trainerOf(
      all.filter((example) => !isHeld(example)),
      seed,
    );
    await trainer.train();
    await predict(trainer, all.filter(isHeld), whole);
    await predict(
      trainer,
      held.flatMap((record) => ectopic.get(record) ?? []),
      mostlyEctopic,
    );
    trainer.model.dispose();
    console.log(`fold ${fold} (${held.join(' ')}) after ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  print(`seed ${seed}`, whole);
  print(`seed ${seed}, mostly ectopic`, mostlyEctopic);
}

function trainerOf(examples: readonly Example[], seed: number): ClassificationTrainer {
  const { name: model, ...numbers } = config.model;
  return new ClassificationTrainer(
    modelFactory.create(model, {
      ...{ ...numbers, inputLength: window.samples, inputChannels: window.leads.length },
      ...{ inputFeatures: features.length, numClasses: task.classes.length, seed },
    }),
    {
      ...{ ...training, task: task.kind, classes: task.classes, seed },
      trainLoader: createLoader(splitOf('train', examples), { batchSize, shuffle: true, sampling, seed }),
    },
  );
}

async function predict(trainer: ClassificationTrainer, examples: readonly Example[], to: Predicted): Promise<void> {
  if (examples.length === 0) return;
  const result = await trainer.evaluate(createLoader(splitOf('validation', examples), { batchSize: 1024 }));
  for (const probability of result.probabilities) to.probabilities.push(probability);
  for (const label of result.labels) to.labels.push(label);
  for (const { recordId } of examples) to.records.push(recordId);
}

function print(title: string, { probabilities, labels, records }: Predicted): void {
  const scores = { task: task.kind, classes: task.classes, probabilities, labels };
  const options = { forgiven: task.forgiven ?? [] };
  console.log(`\n${title}: ${summary(evaluateScores(scores, options))}`);
  for (const { key, evaluation } of evaluateGroups(scores, records, options)) {
    console.log(`${key}  ${evaluation.confusion?.map((row, k) => `${task.classes[k]} ${row.join(' ')}`).join(' | ')}`);
  }
}

/** The jk index, and sensitivity and positive predictivity of S and V. */
function summary({ summary: { kappa }, confusion, perClass }: Evaluation): string {
  const of = (score: number | null | undefined): string => score?.toFixed(3) ?? '-';
  const classScores = ['S', 'V'].map((class_) => {
    const one = perClass.find(({ name }) => name === class_);
    return `${class_} Se ${of(one?.sensitivity)} +P ${of(one?.positivePredictivity)} F1 ${of(one?.f1)}`;
  });
  const jk = jkIndex(confusion ?? [], task.classes, task.forgiven);
  return [`jk ${of(jk)}, kappa ${of(kappa)}`, ...classScores].join(', ');
}

function splitOf(name: 'train' | 'validation', examples: readonly Example[]): Split {
  return buildSplit(name, examples, dataset.splits.train.shape);
}

function examplesOf(split: Split): Example[] {
  return Array.from({ length: split.size }, (_, i) => split.example(i));
}
