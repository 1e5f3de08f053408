import { validate, type Batch, type Random } from '@cardio/core';
import { z } from 'zod';
import { beta } from './beta.js';

/** How examples of a batch are mixed. */
export const mixConfig = z.strictObject({
  alpha: z
    .number()
    .min(0.05)
    .max(100)
    .default(0.2)
    .describe(
      'Of Beta(alpha, alpha), from which the share of the first of two examples is drawn: small keeps one of them nearly whole.',
    ),
  probability: z.number().min(0).max(1).default(1).describe('With which an example is mixed.'),
});

/** What a caller may write for {@link mixConfig}. */
export type MixConfig = z.input<typeof mixConfig>;

/**
 * Mixes each example with another of its batch (Zhang et al., "mixup: Beyond empirical risk minimization", ICLR 2018): x, y and features become
 * `share · own + (1 - share) · other`, the share drawn from Beta(alpha, alpha) for each example anew. Others are a random permutation of the
 * batch, so one may meet itself. Ids stay those of the first.
 *
 * @returns a new batch; y is multi-hot or one-hot with shares in place of ones, as cross-entropy takes it
 * @throws {CardioError} `config` for a bad configuration
 * @example mixup(batch, createRandom(seed), { alpha: 0.2 })
 */
export const mixup = (batch: Batch, random: Random, config: MixConfig = {}): Batch =>
  mixed(batch, random, config, (own, other, share) => {
    for (let i = 0; i < own.length; i++) own[i] = share * own[i] + (1 - share) * other[i];
    return share;
  });

/**
 * Puts a stretch of another example of the batch into each, in all leads and at the same time (Yun et al., "CutMix", ICCV 2019, in one dimension):
 * a part `1 - share` of its length. y and features are mixed by the part of the samples that really stayed.
 *
 * @returns as {@link mixup}
 * @throws {CardioError} `config` for a bad configuration
 */
export const cutmix = (batch: Batch, random: Random, config: MixConfig = {}): Batch =>
  mixed(batch, random, config, (own, other, share) => {
    const { time, leads } = batch.shape;
    const width = Math.round((1 - share) * time);
    const start = random.integer(time - width + 1);
    own.set(other.subarray(start * leads, (start + width) * leads), start * leads);
    return 1 - width / time;
  });

/** @param mix changes an example's x in place and returns which share of it stayed */
function mixed(
  batch: Batch,
  random: Random,
  config: MixConfig,
  mix: (own: Float32Array, other: Float32Array, share: number) => number,
): Batch {
  const { alpha, probability } = validate(mixConfig, config, 'the mixing of a batch');
  const { size } = batch.shape;
  const { x, y, features } = batch;
  const result = { ...batch, x: x.slice(), y: y.slice(), ...(features ? { features: features.slice() } : {}) };
  const others = random.shuffle(Array.from({ length: size }, (_, b) => b));
  for (const [b, other] of others.entries()) {
    if (!(random.next() < probability)) continue;
    const part = (all: Float32Array, at: number) =>
      all.subarray((at * all.length) / size, ((at + 1) * all.length) / size);
    const share = mix(part(result.x, b), part(x, other), beta(random, alpha));
    for (const [to, from] of [[result.y, y], ...(features && result.features ? [[result.features, features]] : [])]) {
      const [own, theirs] = [part(to, b), part(from, other)];
      for (let i = 0; i < own.length; i++) own[i] = share * own[i] + (1 - share) * theirs[i];
    }
  }
  return result;
}
