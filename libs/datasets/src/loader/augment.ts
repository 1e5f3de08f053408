import { CardioError, createRandom, hash32, type Random } from '@cardio/core';
import type { ExampleShape } from '../dataset.js';

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

/** @throws {CardioError} `usage` when the module or its export is not what it must be */
export async function loadAugment({ module, name, config }: AugmentModule): Promise<Augment> {
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
