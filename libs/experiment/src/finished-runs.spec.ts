import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { delongTest, evaluateScores } from '@cardio/eval';
import { writeSyntheticCpsc2018, writeSyntheticPtbxl } from '@cardio/datasets';

import { compareOnTest } from './compare-on-test.js';
import { compareRuns } from './compare-runs.js';
import { evaluateElsewhere } from './evaluate-elsewhere.js';
import { evaluateRun, type RunEvaluation } from './evaluate.js';
import { createDataset } from './parts.js';
import { readPredictions, writePredictions } from './predictions.js';
import { gatherReport } from './report/gather.js';
import { writeReport } from './report/report.js';
import { resolveConfig } from './resolve.js';
import { createRun, readJson, runFiles, type Run } from './run-folder.js';
import { listRuns, showRun } from './runs.js';
import { standardisedAs } from './standardised-as.js';
import { trainRun } from './train.js';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'cardio-finished-'));
const [ptbxl, cpsc, runsDir] = ['ptbxl', 'cpsc', 'runs'].map((name) => join(folder, name));
afterAll(() => rmSync(folder, { recursive: true }));

async function train(id: string, seed: number): Promise<Run> {
  const { config } = await resolveConfig({
    flags: {
      ...{ dataset: 'ptbxl', 'data-dir': ptbxl, task: 'common', model: 'se_resnet1d', preset: 'tiny', epochs: '2' },
      ...{ engine: 'wasm', 'batch-size': '16', 'learning-rate': '0.003', seed: String(seed) },
      ...{ 'runs-dir': runsDir, 'run-id': id },
    },
  });
  const run = createRun(config);
  await trainRun(run);
  return run;
}

let a: Run;
let b: Run;
beforeAll(async () => {
  await writeSyntheticPtbxl(ptbxl, { records: 120, seed: 3 });
  await writeSyntheticCpsc2018(cpsc);
  a = await train('a', 1);
  b = await train('b', 2);
});

const predictionsOf = ({ dir }: { dir: string }) => readPredictions(join(dir, runFiles.predictions));

describe('an evaluation', () => {
  test('has intervals by patient around its scores, and decisions of validation', () => {
    const { summary, perClass, intervals, decisions, classes } = readJson<RunEvaluation>(a, 'evaluation');
    const { low, high, estimate } = intervals?.summary['macroAuroc'] ?? {};
    expect(estimate).toBeCloseTo(summary['macroAuroc'] ?? NaN, 12);
    expect(low).toBeLessThanOrEqual(estimate ?? NaN);
    expect(high).toBeGreaterThanOrEqual(estimate ?? NaN);
    expect(intervals?.perClass.map(({ name }) => name)).toEqual(perClass.map(({ name }) => name));
    expect(decisions?.thresholds?.chosenOn).toBe('validation');
    expect(decisions?.thresholds?.classes.map(({ name }) => name)).toEqual(classes);
  });

  test('keeps sex, age and device of each record beside its predictions', async () => {
    const { examples } = await predictionsOf(a);
    expect(examples.every(({ attributes }) => attributes?.device === 'SYNTHETIC')).toBe(true);
    expect(new Set(examples.map(({ attributes }) => attributes?.sex))).toEqual(new Set(['female', 'male']));
  });
});

describe('the runs of a folder', () => {
  test('are listed, the latest first, with the scores of their files', () => {
    const rows = listRuns(runsDir);
    expect(rows.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(rows[1]).toMatchObject({
      dataset: 'ptbxl',
      model: 'se_resnet1d',
      state: 'evaluated',
      epochs: { done: 2, most: 2 },
    });
    expect(rows[1].test).toEqual({
      name: 'macroAuroc',
      value: readJson<RunEvaluation>(a, 'evaluation').summary['macroAuroc'],
    });
    const { history } = showRun(a);
    const best = Math.max(...history.map(({ validation }) => validation?.['macroAuroc'] ?? NaN));
    expect(rows[1].validation?.value).toBe(best);
  });

  test('a folder without any is said to have none', () => {
    expect(() => listRuns(join(folder, 'nothing'))).toThrow(/no run in/);
  });

  test('are compared by what differs', async () => {
    const { config, sameData, sameTest, scores } = await compareRuns([a, b]);
    expect(config).toEqual([{ path: 'seed', values: [1, 2] }]);
    expect([sameData, sameTest]).toEqual([true, true]);
    expect(scores.find(({ name }) => name === 'loss')?.values).toHaveLength(2);
    await expect(compareRuns([a])).rejects.toThrow(/two runs or more/);
  });
});

describe('two runs on the same test rows', () => {
  test('a run does not differ from itself', async () => {
    const { scores, classes } = await compareOnTest(a, a);
    for (const { difference } of scores) expect(difference.estimate).toBe(0);
    expect(classes.every(({ difference }) => difference === null || difference === 0)).toBe(true);
  });

  test('differ by the difference of their scores, whatever the order of the rows', async () => {
    const { scores, classes, patients } = await compareOnTest(a, b);
    const [first, second] = [await predictionsOf(a), await predictionsOf(b)];
    const auroc = (p: typeof first): number =>
      evaluateScores({ ...p, task: 'multi-label' }).summary['macroAuroc'] ?? NaN;
    const macro = scores.find(({ name }) => name === 'macroAuroc');
    expect(macro?.difference.estimate).toBeCloseTo(auroc(first) - auroc(second), 12);
    expect(patients).toBe(new Set(first.examples.map(({ patientId }) => patientId)).size);
    const column = (p: typeof first, of: 'probabilities' | 'labels') =>
      p[of].filter((_, i) => i % p.classes.length === 0);
    const expected = delongTest(
      column(first, 'probabilities'),
      column(second, 'probabilities'),
      column(first, 'labels'),
    );
    expect(classes[0]).toEqual({ name: first.classes[0], ...expected });

    const k = second.classes.length;
    const turned = (values: Float32Array): Float32Array =>
      Float32Array.from(
        second.examples.flatMap((_, i) => [...values.subarray(i * k, (i + 1) * k)].reverse()),
      ).reverse();
    writePredictions(join(b.dir, runFiles.predictions), {
      ...second,
      examples: [...second.examples].reverse(),
      probabilities: turned(second.probabilities),
      labels: turned(second.labels),
    });
    expect(await compareOnTest(a, b)).toEqual({
      runs: ['a', 'b'],
      examples: first.examples.length,
      patients,
      scores,
      classes,
    });
    writePredictions(join(b.dir, runFiles.predictions), second);
  });

  test('other rows and other truths are refused by name', async () => {
    const right = await predictionsOf(b);
    const path = join(b.dir, runFiles.predictions);
    const [{ id }] = right.examples;
    writePredictions(path, {
      ...right,
      examples: right.examples.map((e) => (e.id === id ? { ...e, id: 'other' } : e)),
    });
    await expect(compareOnTest(a, b)).rejects.toThrow(`\`${id}\` is in the one and not in the other`);
    writePredictions(path, { ...right, labels: right.labels.map((y, i) => (i === 0 ? 1 - y : y)) });
    await expect(compareOnTest(a, b)).rejects.toThrow(`the truth of \`${id}\` differs`);
    writePredictions(path, right);
  });
});

describe('another dataset', () => {
  test('that is the same one gives the predictions of the run itself', async () => {
    const { evaluation, dir } = await evaluateElsewhere(a, { dataset: 'ptbxl', flags: { 'data-dir': ptbxl } });
    expect(evaluation.summary).toEqual(readJson<RunEvaluation>(a, 'evaluation').summary);
    expect(dir).toBe(join(a.dir, 'evaluations', 'ptbxl'));
    const [own, there] = [await predictionsOf(a), await predictionsOf({ dir })];
    expect(there.examples).toEqual(own.examples);
    there.probabilities.forEach((p, i) => expect(p).toBeCloseTo(own.probabilities[i], 5));
  });

  test('is standardised by what the run was trained on: millivolts stay what they are', async () => {
    const own = await createDataset(a.config);
    const louder = { step: 'standardise', mean: 0.25, std: 3 } as const;
    const moved = standardisedAs(own, { ...own.preparation, steps: [louder] });
    const fitted = own.preparation.steps.find((step) => step.step === 'standardise') ?? louder;
    const [before, after] = [own.splits.test.example(0).x, moved.splits.test.example(0).x];
    before.forEach((x, i) => expect(after[i] * 3 + 0.25).toBeCloseTo(x * fitted.std + fitted.mean, 4));
    expect(moved.preparation.steps.filter(({ step }) => step === 'standardise')).toEqual([louder]);
  });

  test('with the classes of a common task is evaluated beside the run, and not over it', async () => {
    const before = readFileSync(join(a.dir, runFiles.evaluation), 'utf8');
    const { evaluation } = await evaluateElsewhere(a, { dataset: 'cpsc2018', flags: { 'data-dir': cpsc, folds: '3' } });
    expect(evaluation.dataset.name).toBe('cpsc2018');
    expect(evaluation.notes[0] ?? evaluation.notes.join()).toBeDefined();
    expect(evaluation.notes.join()).toContain('Trained on ptbxl');
    expect(readFileSync(join(a.dir, runFiles.evaluation), 'utf8')).toBe(before);
  });

  test('that does not fit is refused with all that differs', async () => {
    const flags = { 'data-dir': ptbxl, task: 'superclass' };
    await expect(evaluateElsewhere(a, { dataset: 'ptbxl', flags })).rejects.toThrow(
      /classes of the run are .* there CD, HYP/,
    );
    const other = { records: '30', seconds: '5', leads: 'I,II' };
    await expect(evaluateElsewhere(a, { dataset: 'synthetic', flags: other })).rejects.toThrow(
      /classes.*leads.*length/,
    );
    await expect(evaluateElsewhere(a, { dataset: 'ptbxl', flags: { rate: '5' } })).rejects.toThrow(
      /`--rate` is no option/,
    );
  });
});

describe('the report', () => {
  test('says what the files of the run say', async () => {
    const data = await gatherReport(a, { mistakes: 2 });
    const evaluation = readJson<RunEvaluation>(a, 'evaluation');
    expect(data.test.scores.find(({ name }) => name === 'macroF1')?.value).toBe(evaluation.summary['macroF1']);
    expect(data.test.classes.map(({ auroc }) => auroc)).toEqual(evaluation.perClass.map(({ auroc }) => auroc));
    expect(data.sharedPatients).toEqual([]);
    expect(data.splits.map(({ examples }) => examples).reduce((sum, n) => sum + n)).toBeGreaterThan(50);
    expect(data.mistakes).toHaveLength(2);
    expect(data.mistakes?.every(({ explained, svg }) => explained && svg.includes('fill-opacity'))).toBe(true);
    expect(data.subgroups.map(({ attribute }) => attribute)).toEqual(['sex', 'age']);
    expect(Object.keys(data.figures).sort()).toEqual(
      ['forest', 'learning', 'precision-recall', 'reliability', 'roc', 'scores'].filter(
        (kind) => kind !== 'forest' || data.figures.forest !== undefined,
      ),
    );
    const command = data.reproduce.commands.at(-2) ?? '';
    for (const part of [
      '--dataset ptbxl',
      '--task common',
      '--model se_resnet1d',
      '--preset tiny',
      '--epochs 2',
      '--seed 1',
    ])
      expect(command).toContain(part);
  });

  test('is one file in either language, and goes on without the data', async () => {
    const path = await writeReport(a, { lang: 'pt-BR', mistakes: 1 });
    expect(readFileSync(path, 'utf8')).toContain('<html lang="pt-BR">');
    const lost = { ...a, config: { ...a.config, dataset: { ...a.config.dataset, dataDir: join(folder, 'gone') } } };
    const warnings: string[] = [];
    const data = await gatherReport(lost, {}, { onWarning: (message) => warnings.push(message) });
    expect([data.mistakes, data.sharedPatients]).toEqual([null, null]);
    expect(warnings.join()).toContain('gone');
  });

  test('of a run that was not evaluated is refused', async () => {
    const run = createRun({ ...a.config, output: { runsDir, runId: 'new' } });
    writeFileSync(join(run.dir, runFiles.manifest), readFileSync(join(a.dir, runFiles.manifest)));
    await expect(gatherReport(run)).rejects.toThrow(/not evaluated yet/);
  });
});

test('evaluating again gives the same evaluation', async () => {
  const before = readJson<RunEvaluation>(a, 'evaluation');
  await evaluateRun(a);
  expect(readJson<RunEvaluation>(a, 'evaluation')).toEqual(before);
});
