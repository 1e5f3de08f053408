import { CardioError, suggestion } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';

/**
 * Names of the model's layers that a pattern stands for: a name in which `*` is any text, such as `block*` or `stem_conv`. A model inside
 * the model is one layer.
 *
 * @throws CardioError `config` for a pattern that no layer has
 */
export function layersMatching(model: tfl.LayersModel, pattern: string, field: string): string[] {
  const text = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${text.join('.*')}$`);
  const names = model.layers.map(({ name }) => name);
  const found = names.filter((name) => expression.test(name));
  if (found.length > 0) return found;
  throw new CardioError(
    'config',
    `\`${field}\`: no layer of the model is named \`${pattern}\`. ${suggestion(pattern, names)}`,
  );
}

/**
 * The depth of every layer that has weights, from 0 at the input: what layer-wise learning-rate decay goes by. It follows the order of the
 * layers in the model and the numbers in their names:
 *
 * - layers of one block have one depth, a block being all layers whose names begin alike with numbered parts (`block3_norm1` and `block3_dense2`,
 *   `stage1_block2_conv1` and `stage1_block2_se_reduce`), or that follow each other with one number (`conv2`, `norm2`); a part of a block
 *   (`block3_branch1_scale`) belongs to it;
 * - what has no number belongs to the block before it; before the first block it has depth 0, after the last one the greatest depth of all.
 *
 * A model without numbers in its names has a depth per layer.
 */
export function layerDepths(model: tfl.LayersModel): Map<string, number> {
  const names = model.layers.filter(({ weights }) => weights.length > 0).map(({ name }) => name);
  const found = names.map(blockOf);
  const within = (block: string): string =>
    found.find((other) => other !== undefined && block.startsWith(`${other}_`)) ?? block;
  const blocks = found.map((block) => block && within(block));
  if (blocks.every((block) => block === undefined)) return new Map(names.map((name, i) => [name, i]));
  const lastNumbered = blocks.findLastIndex((block) => block !== undefined);
  const known = new Map<string, number>();
  let [depth, deepest, previous] = [0, 0, ''];
  const depths = blocks.map((block, i): number => {
    if (i > lastNumbered) return deepest + 1;
    if (block === undefined || block === previous) return depth;
    const before = /^\d+$/.test(block) ? undefined : known.get(block);
    depth = before ?? ++deepest;
    known.set(block, depth).set(names[i], depth);
    previous = block;
    return depth;
  });
  return new Map(names.map((name, i) => [name, depths[i]]));
}

/** `stage1_block2` of `stage1_block2_conv1`; `2` of `conv2`, as `norm2` belongs to it; nothing of a name that doesn't begin with a numbered part. */
function blockOf(name: string): string | undefined {
  const parts = name.split('_');
  const plain = parts.findIndex((part) => !/\d$/.test(part));
  const numbered = plain < 0 ? parts : parts.slice(0, plain);
  if (numbered.length === 0) return undefined;
  if (numbered.length < parts.length) return numbered.join('_');
  return parts.length === 1 ? /\d+$/.exec(name)?.[0] : parts.slice(0, -1).join('_');
}
