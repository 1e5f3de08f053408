import { CardioError, type Signal } from '@cardio/core';
import type { OnnxExport } from '../../export-onnx.js';
import { pick, sizeOf, type Batch } from '../../inputs.js';
import { distance, verdictOf, type Examples } from '../../parity.js';
import { folderPlace } from '../open-bundle.js';
import { bundleFiles, largestFile } from '../files.js';
import { parseBundle } from '../parse.js';
import { windowsOf } from '../predict.js';
import type { Bundle, BundleCheck } from '../schema.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { browserRunner } from './browser.js';
import { nodeRunner } from './node.js';
import { pythonRunner } from './python.js';
import { isMissing, type Missing, type Runner } from './runner.js';

/** Where a bundle can be compared with the trained model besides Node. */
export const checkPlaces = ['browser', 'python'] as const;
export type CheckPlace = (typeof checkPlaces)[number];

/** What a bundle is compared on: windows, what the trained model says of them, and the records that they were cut from. */
export interface BundleExamples extends Pick<Examples, 'judge'> {
  /** N windows as the file takes them. */
  readonly inputs: Batch;
  /** `[N * K]`. */
  readonly expected: Float32Array;
  /** Records in millivolts whose windows, one record after the other, are the inputs: then the bundle's preparation is compared too. */
  readonly signals?: readonly Signal[];
}

/** How a bundle is compared. */
export interface CheckOptions {
  /** Where it must be compared besides Node; `all`: wherever it can be. */
  readonly check?: 'all' | readonly CheckPlace[];
  /** Of the export, to name the first node that differs. */
  readonly locate?: OnnxExport['locate'];
}

/** Where a bundle was compared, and where it could not be. */
export interface BundleParity {
  readonly checks: readonly BundleCheck[];
  readonly notes: readonly string[];
}

/**
 * Compares the bundle in a folder with the trained model: in Node, and where it is asked for in a browser and in Python.
 *
 * @throws CardioError 'check' where they differ by more than the precision allows, naming what differs first; 'unavailable' for a place that was asked for and
 *   isn't there
 */
export async function checkBundle(
  folder: string,
  examples: BundleExamples,
  { check = [], locate }: CheckOptions = {},
): Promise<BundleParity> {
  const { description } = bundleFiles;
  const bundle = parseBundle(await folderPlace(folder).read(description, largestFile[description]), folder);
  const places: Readonly<Record<CheckPlace, () => Promise<Runner | Missing>>> = {
    browser: () => browserRunner(folder),
    python: () => pythonRunner(folder, bundle.model.file),
  };
  const checks = await checked(bundle, folder, await nodeRunner(folder), examples, locate);
  const notes: string[] = [];
  for (const place of checkPlaces) {
    if (check !== 'all' && !check.includes(place)) continue;
    const found = await places[place]();
    if (!isMissing(found)) checks.push(...(await checked(bundle, folder, found, examples, locate)));
    else if (check === 'all') notes.push(`Not compared in ${namesOf[place]}: it needs ${found.missing}.`);
    else {
      throw new CardioError(
        'unavailable',
        `The bundle can't be compared in ${namesOf[place]}: it needs ${found.missing}. No bundle was written.`,
      );
    }
  }
  return { checks, notes };
}

const namesOf: Readonly<Record<CheckPlace, string>> = { browser: 'a browser', python: 'Python' };

async function checked(
  bundle: Bundle,
  folder: string,
  runner: Runner,
  examples: BundleExamples,
  locate: CheckOptions['locate'],
): Promise<BundleCheck[]> {
  const { inputs, expected, signals } = examples;
  const { where, runtime } = runner;
  try {
    const ways: [what: string, answers: Float32Array, count: number][] = [
      ['windows', await runner.windows(inputs), sizeOf(inputs)],
    ];
    if (signals && runner.records) ways.push(['records', await runner.records(signals), signals.length]);
    const checks: BundleCheck[] = [];
    for (const [of, actual, count] of ways) {
      const differences = Array.from(expected, (p, i) => distance(p, actual[i]));
      const largest = actual.length === expected.length ? differences.reduce((a, b) => Math.max(a, b), 0) : Infinity;
      const verdict = verdictOf(bundle.model.precision, examples, expected, actual, largest);
      if (!(verdict.difference <= verdict.allowed) || largest === Infinity) {
        const place = await firstPlace(bundle, folder, runner, examples, differences, verdict.allowed, locate);
        throw new CardioError(
          'check',
          `The bundle does not answer as the trained model: ${where} (${runtime}), on ${count} ${of}, ${verdict.what} by ` +
            `${verdict.difference.toPrecision(3)} (allowed ${verdict.allowed}). ${place} No bundle was written.`,
        );
      }
      checks.push({ where: `${where}, ${of}`, runtime, inputs: count, ...verdict });
    }
    return checks;
  } finally {
    await runner.close();
  }
}

/** Where bundle and trained model first part: in the preparation of a record, or at a node. */
async function firstPlace(
  bundle: Bundle,
  folder: string,
  runner: Runner,
  { inputs, signals }: BundleExamples,
  differences: readonly number[],
  allowed: number,
  locate: CheckOptions['locate'],
): Promise<string> {
  const unprepared = signals && preparationDifference(bundle, inputs, signals, allowed);
  if (unprepared !== undefined) return unprepared;
  if (!locate || bundle.model.precision === 'int8') return '';
  const worst = Math.floor(differences.indexOf(Math.max(...differences)) / bundle.classes.length);
  const two = pick(inputs, [worst === 0 && sizeOf(inputs) > 1 ? 1 : 0, worst]);
  return locate(await readFile(join(folder, bundle.model.file)), two, allowed, runner.run);
}

/** Whether the bundle's own preparation gives the windows that the trained model was given. */
function preparationDifference(
  bundle: Bundle,
  { ecg }: Batch,
  signals: readonly Signal[],
  allowed: number,
): string | undefined {
  const size = ecg.data.length / ecg.shape[0];
  let at = 0;
  for (const [r, signal] of signals.entries()) {
    const { data } = windowsOf(bundle, [signal]);
    const other = ecg.data.subarray(at, at + data.length);
    const difference = data.reduce((max, value, i) => Math.max(max, distance(value, other[i])), 0);
    if (difference > allowed) {
      return `They part first in the preparation of record ${r + 1}, by ${difference.toPrecision(3)}.`;
    }
    at += data.length;
  }
  return at === ecg.data.length ? undefined : `The preparation gives ${at / size} windows in place of ${ecg.shape[0]}.`;
}
