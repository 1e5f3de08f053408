import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { CardioError, stableJson } from '@cardio/core';

import type { RunEvaluation } from './evaluate.js';
import type { Manifest } from './manifest.js';
import { readPredictions, type Predictions } from './predictions.js';
import { runFiles, type Run } from './run-folder.js';
import { optional, rowOf, scoreNamed, type RunRow } from './runs.js';

/** Several runs side by side; values go in the order of the runs. */
export interface RunComparison {
  readonly runs: readonly RunRow[];
  /** Fields of the configuration in which they differ, where they are kept left out. */
  readonly config: readonly { readonly path: string; readonly values: readonly unknown[] }[];
  /** Loss and summary of the test split; `null` for a run without the score. */
  readonly scores: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** Whether all were made of the same data, by its hash. */
  readonly sameData: boolean;
  /** Whether all were tested on the same rows with the same truth; `null` where one has no predictions. */
  readonly sameTest: boolean | null;
}

/**
 * Puts runs side by side.
 *
 * @throws {CardioError} `usage` for fewer than two
 */
export async function compareRuns(runs: readonly Run[]): Promise<RunComparison> {
  if (runs.length < 2) throw new CardioError('usage', `A comparison needs two runs or more. Received: ${runs.length}.`);
  const evaluations = runs.map((run) => optional<RunEvaluation>(run, 'evaluation'));
  const names = new Set(evaluations.flatMap((evaluation) => (evaluation ? Object.keys(evaluation.summary) : [])));
  const hashes = runs.map((run) => optional<Manifest>(run, 'manifest')?.dataset.hash);
  return {
    runs: runs.map(rowOf),
    config: differences(runs),
    scores: [...(names.size > 0 ? ['loss'] : []), ...names].map((name) => ({
      name,
      values: evaluations.map((evaluation) => evaluation && scoreNamed(name, evaluation)),
    })),
    sameData: hashes.every((hash) => hash !== undefined && hash === hashes[0]),
    sameTest: await testedAlike(runs),
  };
}

async function testedAlike(runs: readonly Run[]): Promise<boolean | null> {
  const paths = runs.map(({ dir }) => join(dir, runFiles.predictions));
  if (!paths.every((path) => existsSync(path))) return null;
  const [first, ...others] = await Promise.all(paths.map(readPredictions));
  return others.every((other) => whyNotAlike(first, other) === undefined);
}

/** Why two models' predictions can't be compared row by row; `undefined` where they can, whatever the order of the rows. */
export function whyNotAlike(a: Predictions, b: Predictions): string | undefined {
  if (a.classes.join('\n') !== b.classes.join('\n')) {
    return `the classes are ${a.classes.join(', ')} in the one and ${b.classes.join(', ')} in the other`;
  }
  const rowsOfB = new Map(b.examples.map(({ id }, row) => [id, row]));
  const absent = a.examples.find(({ id }) => !rowsOfB.has(id));
  if (absent) return `\`${absent.id}\` is in the one and not in the other`;
  if (a.examples.length !== b.examples.length) {
    return `the one has ${a.examples.length} rows, the other ${b.examples.length}`;
  }
  const k = a.classes.length;
  const row = a.examples.findIndex(({ id }, i) => {
    const j = rowsOfB.get(id) ?? 0; // looked for above
    return a.classes.some((_, c) => !Object.is(a.labels[i * k + c], b.labels[j * k + c]));
  });
  return row < 0 ? undefined : `the truth of \`${a.examples[row].id}\` differs`;
}

/** `b` with its rows in the order of `a`'s, which must be alike. */
export function inOrderOf(a: Predictions, b: Predictions): Predictions {
  const rowsOfB = new Map(b.examples.map(({ id }, row) => [id, row]));
  const k = b.classes.length;
  const rows = a.examples.map(({ id }) => rowsOfB.get(id) ?? 0); // found by `whyNotAlike`
  const taken = (values: Float32Array): Float32Array =>
    Float32Array.from({ length: rows.length * k }, (_, i) => values[rows[Math.floor(i / k)] * k + (i % k)]);
  return { ...b, examples: a.examples, probabilities: taken(b.probabilities), labels: taken(b.labels) };
}

function differences(runs: readonly Run[]): RunComparison['config'] {
  const all = runs.map(({ config }) => new Map(leaves('', config)));
  const paths = new Set(all.flatMap((leavesOfOne) => [...leavesOfOne.keys()]));
  return [...paths]
    .filter((path) => !/^output\b/.test(path))
    .map((path) => ({ path, values: all.map((leavesOfOne) => leavesOfOne.get(path) ?? null) }))
    .filter(({ values }) => values.some((value) => stableJson(value) !== stableJson(values[0])));
}

const leaves = (path: string, value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, part]) => leaves(path ? `${path}.${name}` : name, part))
    : [[path, value]];
