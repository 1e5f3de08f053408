import type { Progress } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';

import { epochOf, type Batches } from './batches.js';
import type { TrainingConfig } from './config.js';
import { isFinite, Learner } from './loop/learner.js';
import type { Objective } from './loop/objective.js';
import type { LoopOptions } from './loop/training-loop.js';
import { readWeights, writeWeights } from './model-weights.js';

/** What learning rates to try. */
export interface LearningRateRange {
  /** Default 1e-7. */
  readonly from?: number;
  /** Default 1. */
  readonly to?: number;
  /** Batches, one per rate; default 100. */
  readonly steps?: number;
  /** Told after each step how many are done. */
  readonly onStep?: Progress;
}

/** What {@link findLearningRate} found. */
export interface LearningRateCurve {
  /** Loss of each batch, averaged over those before it, at the rate of its step. */
  readonly curve: readonly { readonly learningRate: number; readonly loss: number }[];
  /** A rate half way down the longest fall of the loss; `null` where it nowhere falls. */
  readonly suggestion: number | null;
}

/**
 * The learning-rate range test (Smith, Cyclical Learning Rates, WACV 2017, section 3.3): a step per batch with a rate that grows by the same
 * factor each time, until the averaged loss (over about 20 batches) is four times its least or not finite. The weights are put back afterwards.
 */
export async function findLearningRate(
  model: tfl.LayersModel,
  objective: Objective,
  config: TrainingConfig,
  { trainLoader, depthOf }: Pick<LoopOptions, 'trainLoader' | 'depthOf'>,
  { from = 1e-7, to = 1, steps = 100, onStep }: LearningRateRange = {},
): Promise<LearningRateCurve> {
  const before = await readWeights(model);
  const learner = new Learner(model, objective, config, depthOf);
  const curve: { learningRate: number; loss: number }[] = [];
  const [kept, average] = [0.95, { sum: 0, least: Infinity }];
  try {
    for await (const batch of repeated(trainLoader, steps)) {
      const step = curve.length;
      const learningRate = from * (to / from) ** (steps > 1 ? step / (steps - 1) : 0);
      const result = await learner.gradients(batch, step, 0);
      const { norm, gradients } = result;
      average.sum = kept * average.sum + (1 - kept) * result.loss;
      const loss = average.sum / (1 - kept ** (step + 1));
      const diverges = !isFinite(result) || loss > 4 * average.least;
      if (!diverges) {
        average.least = Math.min(average.least, loss);
        curve.push({ learningRate, loss });
        learner.step(gradients, { norm, divisor: 1, learningRate });
      }
      tf.dispose(gradients.filter((g) => g !== undefined));
      onStep?.(diverges ? steps : step + 1, steps);
      if (diverges) break;
    }
  } finally {
    learner.dispose();
    writeWeights(model, before);
  }
  return { curve, suggestion: valley(curve) };
}

/** The first `count` batches of the loader's epochs, one after the other. */
async function* repeated(loader: Batches, count: number) {
  for (let epoch = 0; count > 0; epoch++) {
    for await (const batch of epochOf(loader, epoch)) {
      yield batch;
      if (--count === 0) return;
    }
  }
}

/**
 * The rate half way down the valley: of the longest falling subsequence of the losses, ending where it ends and as long as it is, the middle (the
 * rule `valley` of fastai's `lr_find`). A rule that goes by single differences falls for the noise of the first batches.
 */
function valley(curve: LearningRateCurve['curve']): number | null {
  const lengths = curve.map(() => 1);
  curve.forEach(({ loss }, i) => {
    for (let j = 0; j < i; j++) if (loss < curve[j].loss) lengths[i] = Math.max(lengths[i], lengths[j] + 1);
  });
  const longest = Math.max(0, ...lengths);
  if (longest < 2) return null;
  return curve[Math.round(lengths.indexOf(longest) - (longest - 1) / 2)].learningRate;
}
