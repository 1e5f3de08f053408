import type { Bundle } from './schema.js';

/** What is said of a window or a record. */
export interface BundleAnswer {
  /** Of the model, in the order of the classes. */
  readonly probabilities: readonly number[];
  /** The same after calibration; `null` where the bundle has none. */
  readonly calibrated: readonly number[] | null;
  /** The classes that are given by the bundle's thresholds, or in a multi-class task the one of the highest probability. */
  readonly predicted: readonly string[];
}

type Deciding = Pick<Bundle, 'classes' | 'task' | 'thresholds' | 'calibration'>;

/** The probabilities of one row, calibrated, and the classes that they mean. Thresholds are of probabilities before calibration. */
export function answerOf(bundle: Deciding, probabilities: readonly number[]): BundleAnswer {
  const { classes, task, thresholds } = bundle;
  const highest = probabilities.indexOf(Math.max(...probabilities));
  const levels = thresholds?.classes.map(({ threshold }) => threshold ?? thresholds.fallback);
  const given = classes.filter((_, k) =>
    levels || task.kind === 'multi-label' ? probabilities[k] >= (levels?.[k] ?? 0.5) : k === highest,
  );
  return { probabilities, calibrated: calibrated(bundle, probabilities), predicted: given.map(({ name }) => name) };
}

/** As `applyCalibration` of `@cardio/eval`: sigmoid(logit(p) / T), or softmax(log(p) / T) in a multi-class task. */
function calibrated({ task, calibration }: Deciding, probabilities: readonly number[]): number[] | null {
  if (!calibration) return null;
  const { epsilon, classes } = calibration;
  const held = (p: number): number => Math.min(Math.max(p, epsilon), 1 - epsilon);
  if (task.kind === 'multi-class') {
    const [{ temperature }] = classes;
    if (temperature === null) return probabilities.map((p) => Math.min(p, 1));
    const logs = probabilities.map((p) => Math.log(held(p)) / temperature);
    const highest = Math.max(...logs);
    const powers = logs.map((z) => Math.exp(z - highest));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / sum);
  }
  return probabilities.map((p, k) => {
    const { temperature } = classes[k];
    if (temperature === null) return Math.min(p, 1);
    return 1 / (1 + Math.exp(-Math.log(held(p) / (1 - held(p))) / temperature));
  });
}

/** The rows of a record's windows as one: of each class the largest or the mean probability, in float32 as the evaluation has them. */
export function aggregated(rows: readonly (readonly number[])[], how: 'max' | 'mean'): number[] {
  return rows[0].map((_, k) => {
    const all = rows.map((row) => row[k]);
    return Math.fround(how === 'max' ? Math.max(...all) : all.reduce((sum, p) => sum + p, 0) / all.length);
  });
}
