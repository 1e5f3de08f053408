import { CardioError } from '@cardio/core';
import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import type { TrainingConfig } from '../config.js';
import { layerDepths, layersMatching } from './layer-names.js';
import type { Parameter } from './optimizer.js';

/** A parameter and the layer that has it. */
export interface OwnedParameter extends Parameter {
  readonly layer: string;
}

type Numbers = Pick<TrainingConfig, 'weightDecay' | 'layerDecay' | 'learningRateFactors'>;

/**
 * The variables that training moves, in the order in which gradients and moments are kept, each with its decay and the factor of its
 * learning rate. Variables of rank 1, which are biases and the scales and shifts of norms, don't decay. With layer-wise decay (Bao et al.,
 * BEiT, ICLR 2022, appendix; Clark et al., ELECTRA, ICLR 2020) the factor is `layerDecay` to the power of the distance from the deepest layer.
 *
 * @param depthOf the depth of a layer by its name, in place of {@link layerDepths}
 */
export function parametersOf(
  model: tfl.LayersModel,
  { weightDecay, layerDecay, learningRateFactors }: Numbers,
  depthOf?: (layerName: string) => number,
): OwnedParameter[] {
  const owners = new Map(
    model.layers.flatMap((layer) => layer.trainableWeights.map((weight) => [weight.read(), layer.name] as const)),
  );
  const variables = model.trainableWeights.map((w) => w.read() as tf.Variable); // a layer's weight reads as the variable itself
  const factors = factorsByLayer(model, learningRateFactors);
  const defaults = depthOf ? undefined : layerDepths(model);
  const depth = (layer: string): number => depthOf?.(layer) ?? defaults?.get(layer) ?? 0;
  const deepest = Math.max(0, ...[...owners.values()].map(depth));
  return variables.map((variable) => {
    const layer = owners.get(variable) ?? '';
    const learningRateFactor = (factors.get(layer) ?? 1) * layerDecay ** (deepest - depth(layer));
    return { variable, layer, weightDecay: variable.rank > 1 ? weightDecay : 0, learningRateFactor };
  });
}

/** The factors of texts such as `logits=10` or `block*=0.1`; a later one wins. */
function factorsByLayer(model: tfl.LayersModel, texts: readonly string[]): Map<string, number> {
  const entries = texts.flatMap((text): [string, number][] => {
    const [, pattern, number] = /^(.+)=([\d.eE+-]+)$/.exec(text) ?? [];
    const factor = Number(number);
    if (pattern === undefined || !(factor >= 0)) {
      throw new CardioError(
        'config',
        `\`learningRateFactors\` has \`${text}\`; write <layer>=<factor>, such as block*=0.1.`,
      );
    }
    return layersMatching(model, pattern, 'learningRateFactors').map((name) => [name, factor]);
  });
  return new Map(entries);
}
