import { evaluateScores, type EvaluationOptions } from '../evaluation.js';
import { countExamples, knownRows, rowsOf, type Scores } from '../scores.js';
import type { BootstrapOptions } from '../uncertainty/bootstrap.js';
import { bootstrapScores, type ScoreBootstrapOptions, type ScoreIntervals } from '../uncertainty/bootstrap-scores.js';
import type { Interval } from '../uncertainty/interval.js';
import { assertOnePerRow, rowsByGroup, type AttributeValue } from './groups.js';

/** A score of a group. */
export interface GroupScore {
  readonly value: number | null;
  /** Ends of the bootstrap's interval; `null` where there is none, and for scores that `bootstrapScores` doesn't have. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Why there is no value, or no interval, as a clause. */
  readonly reason: string | null;
}

/** A class within a group. */
export interface SubgroupClass {
  readonly name: string;
  /** Examples with the class, and without it; those whose label is unknown (NaN) are neither. */
  readonly positives: number;
  readonly negatives: number;
  /** Whether the positives are too few to read much into the score. */
  readonly few: boolean;
  readonly auroc: GroupScore;
}

/** The scores of the examples that have one value of an attribute. */
export interface Subgroup {
  /** The value, `unknown` where it is not known. */
  readonly name: string;
  readonly examples: number;
  readonly patients: number;
  /** As in `evaluateScores`; means run over the classes that the group has, so that groups which lack other classes can't be compared by them. */
  readonly summary: Readonly<Record<string, GroupScore>>;
  readonly perClass: readonly SubgroupClass[];
}

/** The groups by one attribute; every example is in one of them. */
export interface Subgroups {
  /** Such as `sex`. */
  readonly attribute: string;
  readonly groups: readonly Subgroup[];
}

/** How subgroups are evaluated: `forgiven` and `thresholds` as in `evaluateScores`. */
export interface SubgroupOptions extends EvaluationOptions {
  /** The patient of each example, by whom are counted and resampled; without it each example counts as a patient. */
  readonly patients?: readonly string[];
  /**
   * How intervals are made: by default 1,000 samples of patients at a level of 0.95. Samples are not drawn again for want of a class, for a group may have
   * many rare ones: means run over the classes that a sample has. `false`: no intervals.
   */
  readonly bootstrap?: Pick<BootstrapOptions, 'resamples' | 'seed' | 'level' | 'method'> | false;
  /** A group of fewer examples is listed without scores. Default 10. */
  readonly minExamples?: number;
  /** A class with fewer positives is marked. Default 10. */
  readonly fewPositives?: number;
}

/**
 * Evaluates the examples of each sex, age band, site, device, or whatever else is known of them, apart.
 *
 * @param attributes one value per example by attribute, such as `{ sex: ['female', 'male', null], age: ageBands([63, 41, null]) }`
 * @throws CardioError `usage` for other than one value or patient per example
 */
export function evaluateSubgroups(
  scores: Scores,
  attributes: Readonly<Record<string, readonly AttributeValue[]>>,
  options: SubgroupOptions = {},
): Subgroups[] {
  const n = countExamples(scores);
  const patients = options.patients ?? Array.from({ length: n }, (_, row) => String(row));
  assertOnePerRow(patients, n, '`patients`');
  return Object.entries(attributes).map(([attribute, values]) => {
    assertOnePerRow(values, n, `The attribute \`${attribute}\``);
    return {
      attribute,
      groups: rowsByGroup(values).map(([name, rows]) => ({
        name,
        ...evaluateGroup(
          rowsOf(scores, rows),
          rows.map((row) => patients[row]),
          options,
        ),
      })),
    };
  });
}

function evaluateGroup(
  scores: Scores,
  patients: readonly string[],
  { bootstrap = {}, minExamples = 10, fewPositives = 10, forgiven = [], thresholds }: SubgroupOptions,
): Omit<Subgroup, 'name'> {
  const examples = patients.length;
  const how: EvaluationOptions = { forgiven, ...(thresholds && { thresholds }) };
  const { summary, perClass, undefinedBecause } = evaluateScores(scores, how);
  const tooSmall = examples < minExamples ? `the group has ${examples} of at least ${minExamples} examples` : null;
  const around = tooSmall === null && bootstrap ? intervalsOf(scores, patients, { ...bootstrap, ...how }) : undefined;
  const score = (value: number | null, interval: Interval | undefined, without: string | undefined): GroupScore => {
    if (tooSmall !== null || value === null)
      return { value: null, interval: null, reason: tooSmall ?? without ?? null };
    return interval && interval.low !== null && interval.high !== null
      ? { value, interval: [interval.low, interval.high], reason: null }
      : { value, interval: null, reason: interval?.reason ?? null };
  };
  return {
    examples,
    patients: new Set(patients).size,
    summary: Object.fromEntries(
      Object.entries(summary).map(([name, value]) => [
        name,
        score(value, around?.summary[name], undefinedBecause[name]),
      ]),
    ),
    perClass: perClass.map(({ name, support, unknown, auroc, undefinedBecause: why }, index) => ({
      name,
      positives: support,
      negatives: examples - unknown - support,
      few: support < fewPositives,
      auroc: score(auroc, around?.perClass[index].auroc, why['auroc']),
    })),
  };
}

/** Of the examples of a multi-class task whose label is known, or of all. */
function intervalsOf(scores: Scores, patients: readonly string[], options: ScoreBootstrapOptions): ScoreIntervals {
  const rows = scores.task === 'multi-class' ? knownRows(scores) : [...patients.keys()];
  return bootstrapScores(rowsOf(scores, rows), {
    ...options,
    clusters: rows.map((row) => patients[row]),
    redraw: false,
  });
}
