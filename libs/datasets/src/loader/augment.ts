import { CardioError, createRandom, hash32, type Random } from '@cardio/core';
import { createExampleAugmentation, type AugmentationConfig, type ExampleAugmentation } from '@cardio/signal';
import type { EcgDataset, ExampleShape } from '../dataset.js';

/** One example of a batch, to be changed in place: the arrays are its part of the batch. */
export interface AugmentedExample {
  readonly id: string;
  /** `[T * L]`, row-major over time, then lead; standardised. */
  readonly x: Float32Array;
  /** `[K]` */
  readonly y: Float32Array;
  /** `[F]`, empty without features. */
  readonly features: Float32Array;
  readonly shape: ExampleShape;
}

/** Changes an example in place, with all its randomness from `random`. */
export type Augment = (example: AugmentedExample, random: Random) => void;

/**
 * An augmentation that worker threads can make for themselves: `module` (an address such as `import.meta.url`, or a package) exports under
 * `name` a function that takes `config` and returns an {@link Augment}.
 */
export interface AugmentModule {
  readonly module: string;
  readonly name: string;
  readonly config?: unknown;
}

/** What threads can make an augmentation from: a module, or steps of `@cardio/signal`. */
export type AugmentSource = AugmentModule | ExampleAugmentation;

/**
 * Steps of `@cardio/signal` for the examples of a dataset: leads, rate and standardisation are those of its preparation, so that sizes in mV are
 * sizes in mV.
 *
 * @throws {CardioError} `usage` when records are normalised one by one, so that mV are lost
 * @example createLoader(dataset.splits.train, { batchSize: 32, shuffle: true, augment: stepsFor(dataset, 'standard') })
 */
export function stepsFor(
  { window, task, preparation }: Pick<EcgDataset, 'window' | 'task' | 'preparation'>,
  steps: AugmentationConfig,
): ExampleAugmentation {
  if (preparation.steps.some(({ step }) => step === 'normalise')) {
    throw new CardioError(
      'usage',
      'Augmentation works in mV, but every record of this dataset is normalised by its own statistics, so that mV are not known any more. ' +
        'Received `normalise: lead` or `record`. Use `normalise: dataset` (one scale for all), or no augmentation.',
    );
  }
  const fitted = preparation.steps.find((step) => step.step === 'standardise');
  const { mean, std } = fitted ?? { mean: 0, std: 1 };
  return { steps, window, standardised: { mean, std }, task: { kind: task.kind, classes: task.classes } };
}

/** @throws {CardioError} `usage` when the module or its export is not what it must be; as {@link createExampleAugmentation} for steps */
export async function loadAugment(source: AugmentSource): Promise<Augment> {
  if ('steps' in source) return createExampleAugmentation(source);
  const { module, name, config } = source;
  let exports: Record<string, unknown>;
  try {
    exports = (await import(module)) as Record<string, unknown>;
  } catch (cause) {
    throw new CardioError('usage', `The augmentation \`${module}\` can't be loaded: ${(cause as Error).message}`, {
      cause,
    });
  }
  const create = exports[name];
  const augment: unknown = typeof create === 'function' ? create(config) : undefined;
  if (typeof augment !== 'function') {
    throw new CardioError(
      'usage',
      `\`${module}\` must export a function \`${name}(config)\` that returns an augmentation.`,
    );
  }
  return augment as Augment; // its parameters can't be checked at run time
}

/** Where an example stands; decides its augmentation together with the seed, whoever computes it. */
export interface Place {
  readonly seed: number;
  readonly epoch: number;
  /** Its place in the epoch, from 0: balanced sampling takes an example more than once. */
  readonly position: number;
  /** Its number in the split. */
  readonly index: number;
}

/** The random numbers of one example. */
export const randomAt = ({ seed, epoch, position, index }: Place): Random =>
  createRandom(hash32(`augment ${epoch} ${position} ${index}`, seed));
