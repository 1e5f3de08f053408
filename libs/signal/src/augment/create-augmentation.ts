import { createRandom, suggestion, validate, type InputOf, type Schema } from '@cardio/core';
import { z } from 'zod';
import type { Augmentation } from './augmentation.js';
import { augmentationFactory, type builtIn } from './factory.js';
import { augmentationPresets } from './presets.js';

type StepOf<D> = D extends { readonly name: infer Name; readonly config: infer S extends Schema }
  ? { readonly name: Name; readonly probability?: number } & Frozen<InputOf<S>>
  : never;
type Frozen<T> = {
  readonly [K in keyof T]: T[K] extends infer V ? (V extends readonly unknown[] ? Readonly<V> : V) : never;
};

/** One step of a list: the name of an augmentation, the probability that it is applied (default 1), and its own fields. */
export type AugmentationStep = StepOf<(typeof builtIn)[number]>;

/** What is done to a signal: nothing, the steps of a preset, or a list of steps, one after the other. */
export type AugmentationConfig = 'none' | keyof typeof augmentationPresets | readonly AugmentationStep[];

const probability = z.number().min(0).max(1).default(1).describe('With which the step is applied to a signal.');

/** The schema of {@link AugmentationConfig}, with what was registered since. */
export function augmentationSchema() {
  const presets = ['none', ...Object.keys(augmentationPresets)];
  const steps = stepsSchema();
  return z
    .union([z.enum(presets), steps], {
      error: ({ input }) => {
        if (typeof input === 'string') return `not a preset. ${suggestion(input, presets)}`;
        const issues = steps.safeParse(input).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
        return Array.isArray(input) ? issues?.join('; ') : `expected a list of steps or one of ${presets.join(', ')}`;
      },
    })
    .default('none');
}

function stepsSchema() {
  const steps = augmentationFactory.names.map((name) => {
    const { config } = augmentationFactory.get(name);
    return z.strictObject({ name: z.literal(name), probability, ...config.shape });
  });
  return z.array(
    z.discriminatedUnion('name', steps as [(typeof steps)[number]], {
      error: ({ input }) => {
        if (typeof input !== 'object' || input === null) {
          return `a list holds steps such as { name: emg }. ${suggestion(String(input), Object.keys(augmentationPresets))}`;
        }
        const name = 'name' in input ? String(input.name) : 'no name';
        return `unknown augmentation \`${name}\`. ${suggestion(name, augmentationFactory.names)}`;
      },
    }),
  );
}

/** A step that is ready to be applied. */
interface ReadyStep {
  readonly name: string;
  readonly probability: number;
  readonly apply: Augmentation;
}

/**
 * The steps of a configuration, validated.
 *
 * @throws {CardioError} `config` with every bad field, what was received, and the nearest known name
 */
export function augmentationSteps(config: AugmentationConfig): readonly ReadyStep[] {
  const valid = validate(augmentationSchema(), config, 'the augmentation');
  if (valid === 'none') return [];
  const steps: readonly AugmentationStep[] =
    typeof valid === 'string'
      ? augmentationPresets[valid as keyof typeof augmentationPresets]
      : (valid as AugmentationStep[]);
  return steps.map(({ name, probability = 1, ...fields }) => ({
    name,
    probability,
    apply: augmentationFactory.create(name, fields),
  }));
}

/** Steps as one augmentation. It takes one number from `random`, and each step has a stream of its own: a step more at the end changes none before it. */
export const inOrder =
  (steps: readonly ReadyStep[]): Augmentation =>
  (signal, random, onLabel) => {
    const streams = createRandom(random.integer(2 ** 32));
    return steps.reduce((changed, { probability, apply }, i) => {
      const own = streams.fork(`step ${i}`);
      return own.next() < probability ? apply(changed, own, onLabel) : changed;
    }, signal);
  };

/**
 * An augmentation of signals in mV from a preset or a list of steps.
 *
 * @throws {CardioError} `config` for a bad configuration; what it returns throws a `SignalError` for a signal that a step can't work on
 * @example
 * const augment = createAugmentation([
 *   { name: 'gaussian-noise', snrDb: [10, 20] },
 *   { name: 'time-mask', probability: 0.5 },
 * ]);
 * augment(signal, createRandom(1)); // a new signal
 */
export const createAugmentation = (config: AugmentationConfig): Augmentation => inOrder(augmentationSteps(config));
