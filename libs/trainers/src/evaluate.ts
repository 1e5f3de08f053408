import { CardioError, type Batch, type TaskKind } from '@cardio/core';
import { aggregateRows, evaluateScores, type Aggregate, type Evaluation } from '@cardio/eval';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import { checkLabels, inputTensors, logitsOf } from './batch-tensors.js';
import type { Loss } from './losses/loss.js';
import { knownLabels } from './losses/unknown-labels.js';
import { probabilitiesOf } from './probabilities.js';

/** How examples that belong together, such as the windows of a record, are scored as one. */
export interface AggregateExamples {
  readonly how: Aggregate;
  /** What they have in common. */
  keyOf(id: string): string;
}

/** What a model said of N examples, and how good it was; of examples scored as one, N is the number of their keys, which are its ids. */
export interface EvaluationResult {
  readonly evaluation: Evaluation;
  /** Mean loss over all examples, each for itself. */
  readonly loss: number;
  /** `[N * K]` row-major. */
  readonly probabilities: Float32Array;
  /** `[N * K]` row-major. */
  readonly labels: Float32Array;
  /** N ids, in the order of the rows. */
  readonly ids: readonly string[];
}

/** What is asked of a model. */
interface EvaluationTask {
  readonly task: TaskKind;
  readonly classes: readonly string[];
  readonly loss: Loss;
  readonly aggregate?: AggregateExamples | undefined;
}

/**
 * Runs a model in inference mode over batches and scores all examples together. Labels that are NaN are unknown: they have no part in the
 * loss, and an example that has one has none in the scores.
 */
export async function evaluateModel(
  model: tfl.LayersModel,
  batches: AsyncIterable<Batch>,
  { task, classes, loss, aggregate }: EvaluationTask,
): Promise<EvaluationResult> {
  const parts = { logits: [] as Float32Array[], labels: [] as Float32Array[], ids: [] as string[] };
  for await (const batch of batches) {
    checkLabels(model, batch);
    parts.logits.push(await forward(model, batch));
    parts.labels.push(batch.y);
    parts.ids.push(...batch.ids);
  }
  const [logits, labels] = [joined(parts.logits), joined(parts.labels)];
  const shape: [number, number] = [parts.ids.length, classes.length];
  const known = knownLabels(labels);
  const mean = tf.tidy(() =>
    loss(tf.tensor2d(known.labels, shape), tf.tensor2d(logits, shape), known.mask && tf.tensor2d(known.mask, shape)),
  );
  const [meanLoss] = await mean.data();
  mean.dispose();
  const each = { probabilities: probabilitiesOf(task, logits, classes.length), labels, keys: parts.ids };
  const {
    probabilities,
    labels: truth,
    keys: ids,
  } = aggregate ? aggregateRows({ task, classes, ...each }, parts.ids.map(aggregate.keyOf), aggregate.how) : each;
  const scored = known.mask ? knownRows(probabilities, truth, classes.length) : { probabilities, labels: truth };
  const evaluation = evaluateScores({ task, classes, ...scored });
  return { evaluation, loss: meanLoss, probabilities, labels: truth, ids };
}

/** The rows of which every label is known. */
function knownRows(
  probabilities: Float32Array,
  labels: Float32Array,
  k: number,
): { probabilities: Float32Array; labels: Float32Array } {
  const row = (values: Float32Array, i: number): Float32Array => values.subarray(i * k, (i + 1) * k);
  const rows = Array.from({ length: labels.length / k }, (_, i) => i).filter((i) => !row(labels, i).some(Number.isNaN));
  if (rows.length === 0) {
    throw new CardioError(
      'data',
      'No example to be evaluated has all its labels known (none is without NaN). Evaluate on others.',
    );
  }
  return {
    probabilities: joined(rows.map((i) => row(probabilities, i))),
    labels: joined(rows.map((i) => row(labels, i))),
  };
}

/** The logits `[B * K]` of a batch in inference mode, row-major. */
export async function forward(model: tfl.LayersModel, batch: Batch): Promise<Float32Array> {
  const logits = tf.tidy(() => logitsOf(model, inputTensors(model, batch), false));
  try {
    return (await logits.data<'float32'>()).slice();
  } finally {
    logits.dispose();
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}
