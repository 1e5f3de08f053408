import { createRandom, hash32, type Batch, type Random } from '@cardio/core';
import { applyModel, softmaxCrossEntropy } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import type { Mode, Objective } from './loop/objective.js';

/** What masked prediction takes beside the model. */
export interface MaskedPredictionOptions {
  /** What decides the codes, such as a hash of the codebook: a run goes on with the same only. */
  readonly codebook: string;
  /** The codes `[B * P]` of the patches of a batch, int32 from 0 to K - 1; disposed of here. */
  codesOf(batch: Batch): tf.Tensor1D;
  /** Which patches of B signals are hidden: `[B, P]`, 1 where they are; with all its randomness from `random`. */
  mask(size: number, random: Random): Float32Array;
  readonly seed: number;
}

/**
 * Trains a model that takes signals `[B, T, L]` and a mask `[B, P]` and returns logits `[B, P, K]` to name the codes of hidden patches by
 * cross-entropy (Bao et al., BEiT, ICLR 2022, section 2.3). Hidden patches alone count. Training hides others at every step, validation the same in
 * every epoch.
 *
 * Scores: `maskedAccuracy`; `perplexity` of the codes of all patches and the `usage`, the share of codes among them; `predictedPerplexity`, that of
 * the predictions, which falls towards 1 where a model collapses.
 */
export function maskedPrediction(model: tfl.LayersModel, options: MaskedPredictionOptions): Objective {
  const [, patches, codeCount] = model.outputs[0].shape as [null, number, number];
  const { codebook, codesOf, mask, seed } = options;

  const forward = (
    batch: Batch,
    hidden: Float32Array,
    codes: tf.Tensor1D,
    training: Mode,
  ): [tf.Tensor2D, tf.Scalar] => {
    const { size, time, leads } = batch.shape;
    const inputs = [tf.tensor3d(batch.x, [size, time, leads]), tf.tensor2d(hidden, [size, patches])];
    const logits = tf.reshape(applyModel(model, inputs, training), [size * patches, codeCount]) as tf.Tensor2D;
    const labels = tf.oneHot(codes, codeCount, 1, 0, 'float32') as tf.Tensor2D;
    const counts = tf.tensor1d(hidden);
    const losses = tf.mul(softmaxCrossEntropy(logits, labels), counts); // [B * P], 0 where seen
    return [logits, tf.div(tf.sum(losses), tf.sum(counts))];
  };
  return {
    identity: { task: 'masked-prediction', codes: codeCount, codebook },
    monitor: 'loss',
    weight: ({ shape }) => shape.size,
    loss(batch, { step, training }) {
      const hidden = mask(batch.shape.size, createRandom(hash32(`mask ${step}`, seed)));
      return forward(batch, hidden, codesOf(batch), training)[1];
    },
    async evaluate(batches) {
      let [number, examples, loss, masked, right] = [0, 0, 0, 0, 0];
      const [truths, predictions] = [new Float64Array(codeCount), new Float64Array(codeCount)];
      for await (const batch of batches) {
        const { size } = batch.shape;
        const hidden = mask(size, createRandom(hash32(`validation mask ${number++}`, seed)));
        const [truth, best, mean] = tf.tidy(() => {
          const codes = codesOf(batch);
          const [logits, value] = forward(batch, hidden, codes, false);
          return [codes, tf.argMax(logits, 1), value];
        });
        const codes = await (truth as tf.Tensor1D).data<'int32'>();
        const predicted = await (best as tf.Tensor1D).data<'int32'>();
        loss += (await mean.data())[0] * size;
        examples += size;
        tf.dispose([truth, best, mean]);
        codes.forEach((code, i) => {
          truths[code]++;
          if (hidden[i] === 0) return;
          masked++;
          predictions[predicted[i]]++;
          if (predicted[i] === code) right++;
        });
      }
      const scores = {
        maskedAccuracy: masked > 0 ? right / masked : null,
        perplexity: perplexity(truths),
        usage: truths.filter((n) => n > 0).length / codeCount,
        predictedPerplexity: perplexity(predictions),
      };
      return { loss: examples > 0 ? loss / examples : 0, scores };
    },
  };
}

/** `exp` of the entropy of codes that occur so often. */
function perplexity(counts: Float64Array): number {
  const total = counts.reduce((sum, n) => sum + n, 0);
  return Math.exp(counts.reduce((sum, n) => (n > 0 ? sum - (n / total) * Math.log(n / total) : sum), 0));
}
