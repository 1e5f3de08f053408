import { CardioError, type TaskKind } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import { checkLabels, checkModel, inputTensors, logitsOf } from './batch-tensors.js';
import type { TrainingConfig } from './config.js';
import { monitorFor } from './early-stopping.js';
import { evaluateModel, type AggregateExamples } from './evaluate.js';
import type { Objective } from './loop/objective.js';
import { lossOf, type Loss } from './losses/loss.js';
import { knownLabels } from './losses/unknown-labels.js';

/** What a classifier is trained for: logits `[B, K]` near the labels of its batches, of which NaN are unknown and have no part in it. */
export function classification(
  model: tfl.LayersModel,
  {
    task,
    classes,
    config,
    aggregate,
  }: { task: TaskKind; classes: readonly string[]; config: TrainingConfig; aggregate?: AggregateExamples | undefined },
): Objective & { readonly lossOfLogits: Loss } {
  checkModel(model, classes);
  const { classWeights } = config;
  if (classWeights && classWeights.length !== classes.length) {
    throw new CardioError(
      'config',
      `\`classWeights\` has ${classWeights.length} numbers for ${classes.length} classes.`,
    );
  }
  if (config.loss === 'asymmetric' && task === 'multi-class') {
    throw new CardioError(
      'config',
      '`loss` is asymmetric, which is for multi-label tasks. Take focal or cross-entropy.',
    );
  }
  const loss = lossOf(task, config);
  return {
    lossOfLogits: loss,
    identity: { task, classes: [...classes] },
    monitor: monitorFor(task, classes, config.monitor),
    loss(batch, { training }) {
      checkLabels(model, batch);
      const shape: [number, number] = [batch.shape.size, batch.shape.classes];
      const { labels, mask } = knownLabels(batch.y);
      const logits = logitsOf(model, inputTensors(model, batch), training);
      return loss(tf.tensor2d(labels, shape), logits, mask && tf.tensor2d(mask, shape));
    },
    weight({ y, shape }) {
      const { labels, mask } = knownLabels(y);
      return loss.weight(labels, shape.classes, mask);
    },
    async evaluate(batches) {
      const result = await evaluateModel(model, batches, { task, classes, loss, aggregate });
      return { loss: result.loss, scores: result.evaluation.summary, evaluation: result };
    },
  };
}
