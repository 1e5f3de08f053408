import { CardioError } from '@cardio/core';
import type { Example, ExampleShape, Split, SplitName } from './dataset.js';

/**
 * Makes a {@link Split} of examples held in memory. An example whose arrays do not have the sizes of `shape` is an error: a
 * loader copies them without looking.
 */
export function buildSplit(name: SplitName, examples: readonly Example[], shape: ExampleShape): Split {
  const classCounts = new Array<number>(shape.classes).fill(0);
  for (const example of examples) {
    assertShape(example, shape);
    for (let k = 0; k < shape.classes; k++) if (example.y[k] > 0) classCounts[k]++;
  }
  return {
    name,
    size: examples.length,
    shape,
    classCounts,
    recordIds: [...new Set(examples.map((example) => example.recordId))],
    patientIds: [...new Set(examples.map((example) => example.patientId))],
    example: (index) => {
      const example = examples[index];
      if (!example)
        throw new CardioError('usage', `The ${name} split has ${examples.length} examples, asked for number ${index}.`);
      return example;
    },
  };
}

/**
 * Fails when a patient is in two splits, naming the first few with their splits. `allowed` lists patients for whom a published
 * split does so knowingly; the ones among them that really are in two splits are returned, to be reported.
 *
 * @throws CardioError `data`
 */
export function assertPatientsApart(
  splits: Readonly<Record<SplitName, Split>>,
  allowed: readonly string[] = [],
): string[] {
  const homes = new Map<string, SplitName[]>();
  for (const split of Object.values(splits)) {
    for (const patient of split.patientIds) homes.set(patient, [...(homes.get(patient) ?? []), split.name]);
  }
  const shared = [...homes].filter(([, names]) => names.length > 1);
  const leaks = shared.filter(([patient]) => !allowed.includes(patient));
  if (leaks.length > 0) {
    const shown = leaks.slice(0, 5).map(([patient, names]) => `patient \`${patient}\` in ${names.join(' and ')}`);
    throw new CardioError(
      'data',
      `Patients must not be in two splits, but ${leaks.length} ${leaks.length === 1 ? 'is' : 'are'}: ${shown.join('; ')}${leaks.length > 5 ? '; …' : ''}. ` +
        'A score on such a test set would be too good; put each patient into one split.',
    );
  }
  return shared.map(([patient]) => patient);
}

/** @throws {CardioError} `check` for an example whose arrays do not have the sizes of `shape` */
export function assertShape({ id, x, y, features }: Example, shape: ExampleShape): void {
  const { time, leads, classes } = shape;
  if (x.length === time * leads && y.length === classes && (features?.length ?? 0) === shape.features) return;
  throw new CardioError(
    'check',
    `Example \`${id}\` has ${x.length} samples, ${y.length} labels and ${features?.length ?? 0} features; ` +
      `expected ${time} x ${leads} samples, ${classes} labels and ${shape.features} features.`,
  );
}
