import { CardioError, createRandom, type Random, type Signal, type TaskKind } from '@cardio/core';
import { SignalError } from '../errors.js';
import { lengthOf } from './augmentation.js';
import { augmentationSteps, inOrder, type AugmentationConfig } from './create-augmentation.js';

/** An augmentation of prepared examples as plain JSON, so that threads can make it for themselves. */
export interface ExampleAugmentation {
  readonly steps: AugmentationConfig;
  /** What an example is: T samples of L leads at a rate. */
  readonly window: { readonly samples: number; readonly leads: readonly string[]; readonly sampleRateHz: number };
  /** How its samples came from mV: `(mv - mean) / std`; a `std` of 0 divided by 1. */
  readonly standardised: { readonly mean: number; readonly std: number };
  /** Where labels of errors put in on purpose go. */
  readonly task: { readonly kind: TaskKind; readonly classes: readonly string[] };
}

/** The part of an example that is changed, in place: x `[T * L]`, row-major over time; y `[K]`. */
export interface PreparedExample {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/**
 * Makes an augmentation of prepared examples: each is brought back to mV, augmented, and standardised again. An example that no step was drawn
 * for keeps its bits. A reported label sets its class: the only one in a task of exactly one class, one more where there may be several.
 *
 * Every step is tried once on zeros, so that what can't be done with these examples is an error at once and not in the middle of a training.
 *
 * @throws {CardioError} `config` for a bad configuration; `usage` where a step changes the length or reports a label that is no class of the task
 */
export function createExampleAugmentation({
  steps: config,
  window: { samples: time, leads, sampleRateHz },
  standardised: { mean, std },
  task: { kind, classes },
}: ExampleAugmentation): (example: PreparedExample, random: Random) => void {
  const steps = augmentationSteps(config);
  const scale = std || 1;
  const flat: Signal = { samples: leads.map(() => new Float32Array(time)), sampleRateHz, leads };
  for (const { name, apply } of steps) {
    const length = lengthOf(apply(flat, createRandom(0), (label) => classOf(label, name)));
    if (length === time) continue;
    const advice = 'A model takes one length only: set `pad` of random-crop, or leave the step out.';
    throw new SignalError(`The length of an example after ${name}`, `${time} samples, as before`, length, { advice });
  }

  function classOf(label: string, step: string): number {
    const index = classes.indexOf(label);
    if (index >= 0) return index;
    throw new CardioError(
      'usage',
      `${step} makes an error labelled \`${label}\`, which is no class of the task. Received classes: ${classes.join(', ')}. ` +
        'Name one of them as `label`, or set `label: null` to leave the labels as they are.',
    );
  }

  const augment = inOrder(steps);
  return ({ x, y }, random) => {
    const signal = { samples: leads.map((_, l) => leadOf(x, l, leads.length, mean, scale)), sampleRateHz, leads };
    const augmented = augment(signal, random, (label) => {
      if (kind === 'multi-class') y.fill(0);
      y[classOf(label, 'The augmentation')] = 1;
    });
    for (const [l, lead] of augmented.samples.entries()) {
      if (lead === signal.samples[l]) continue;
      for (let i = 0, at = l; i < lead.length; i++, at += leads.length) x[at] = (lead[i] - mean) / scale;
    }
  };
}

/** One lead of an example, in mV. */
function leadOf(x: Float32Array, lead: number, leads: number, mean: number, scale: number): Float32Array {
  const result = new Float32Array(x.length / leads);
  for (let i = 0, at = lead; i < result.length; i++, at += leads) result[i] = x[at] * scale + mean;
  return result;
}
