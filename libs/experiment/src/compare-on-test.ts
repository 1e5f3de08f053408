import { join } from 'node:path';

import { CardioError } from '@cardio/core';
import {
  compareScores,
  delongTest,
  evaluateScores,
  type DelongComparison,
  type Difference,
  type Scores,
} from '@cardio/eval';

import { inOrderOf, whyNotAlike } from './compare-runs.js';
import { elsewhereDir } from './evaluate-elsewhere.js';
import type { Manifest } from './manifest.js';
import { readPredictions, type Predictions } from './predictions.js';
import { readJson, runFiles, type Run } from './run-folder.js';

/** Two runs on the same test rows. */
export interface TestComparison {
  /** Their ids; differences are first minus second. */
  readonly runs: readonly [first: string, second: string];
  readonly examples: number;
  readonly patients: number;
  /** Scores of the summary: both drawn on the same bootstrap samples of patients. */
  readonly scores: readonly {
    readonly name: string;
    readonly values: readonly [first: number | null, second: number | null];
    readonly difference: Difference;
  }[];
  /** AUROC of each class by DeLong's test, which takes examples for independent. */
  readonly classes: readonly ({ readonly name: string } & DelongComparison)[];
}

/**
 * Whether two runs differ by more than chance on the test rows that both were evaluated on.
 *
 * @param dataset another dataset that both were evaluated on; default their own
 * @throws {CardioError} `usage` where rows or their truth differ, `not-found` where one was not evaluated
 */
export async function compareOnTest(a: Run, b: Run, dataset?: string): Promise<TestComparison> {
  const [first, other] = [await predictionsOf(a, dataset), await predictionsOf(b, dataset)];
  const why = whyNotAlike(first, other);
  if (why !== undefined) {
    throw new CardioError(
      'usage',
      `The runs ${a.dir} and ${b.dir} were not tested on the same rows: ${why}. Only the same rows can be compared in pairs.`,
    );
  }
  const second = inOrderOf(first, other);
  const { task } = readJson<Manifest>(a, 'manifest');
  const options = { forgiven: task.forgiven ?? [] };
  const scoresOf = (predictions: Predictions): Scores => ({ ...predictions, task: task.kind });
  const patients = first.examples.map(({ patientId }) => patientId);
  const pair = [first, second].map((one) => evaluateScores(scoresOf(one), options).summary);
  const { summary } = compareScores(scoresOf(first), scoresOf(second), { ...options, clusters: patients });
  return {
    runs: [a.id, b.id],
    examples: patients.length,
    patients: new Set(patients).size,
    scores: Object.entries(summary).map(([name, difference]) => ({
      name,
      values: [pair[0][name] ?? null, pair[1][name] ?? null],
      difference,
    })),
    classes: first.classes.map((name, c) => ({
      name,
      ...delongTest(column(first, 'probabilities', c), column(second, 'probabilities', c), column(first, 'labels', c)),
    })),
  };
}

async function predictionsOf(run: Run, dataset: string | undefined): Promise<Predictions> {
  const dir = dataset === undefined ? run.dir : elsewhereDir(run, dataset);
  return readPredictions(join(dir, runFiles.predictions));
}

const column = ({ classes, ...values }: Predictions, of: 'probabilities' | 'labels', c: number): Float64Array =>
  Float64Array.from({ length: values.examples.length }, (_, i) => values[of][i * classes.length + c]);
