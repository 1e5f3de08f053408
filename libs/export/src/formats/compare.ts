import { CardioError } from '@cardio/core';
import { expectedOf, pick, pieces, randomInputs, sizeOf, type Batch } from '../inputs.js';
import { distance, type Examples, type Parity } from '../parity.js';
import type { Subject } from '../subject.js';

/** The largest difference of a probability between a model and another form of it, all in float32. */
const allowed = 1e-4;
const randomExamples = 16;
const batchSize = 16;

/**
 * Compares another form of a computation with it: on the examples given and on 16 random inputs, in batches of up to 16 and one alone.
 *
 * @param form names the form in the error
 * @param run gives the probabilities of each batch, `[B * K]`, by the other form
 * @throws CardioError 'check' if a probability differs by more than 1e-4
 */
export async function compareForms(
  subject: Subject,
  form: string,
  run: (batches: readonly Batch[]) => Promise<readonly Float32Array[]>,
  examples?: Pick<Examples, 'inputs'>,
): Promise<Parity> {
  const sets = [...(examples ? [examples.inputs] : []), randomInputs(subject, randomExamples)];
  const batches = [...sets.flatMap((inputs) => [...pieces(inputs, batchSize)]), pick(sets[0], [0])];
  const actual = await run(batches);
  const differences = batches.flatMap((batch, b) =>
    Array.from(expectedOf(subject, batch), (p, i) => distance(p, actual[b][i])),
  );
  const difference = differences.reduce((a, b) => Math.max(a, b), 0);
  if (difference > allowed) {
    throw new CardioError(
      'check',
      `The ${form} is not the trained model: a probability differs by ${difference.toPrecision(3)} (allowed ${allowed}). ` +
        'It was not kept. Export to ONNX instead, and report the model.',
    );
  }
  return {
    maxAbsDiff: difference,
    inputs: sets.reduce((sum, inputs) => sum + sizeOf(inputs), 0),
    real: examples ? sizeOf(examples.inputs) : 0,
    gate: { what: 'a probability differs', difference, allowed },
  };
}
