import { CardioError } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import { targetLogit, type Inputs, type Target } from './target.js';
import { watching } from './watch.js';

/**
 * Where a model finds what speaks for the target class (Grad-CAM: Selvaraju et al., ICCV 2017, equations 1 and 2): the channels of its last map over
 * time, each weighted by the mean of its gradient, with what speaks against cut off. Steps of the map are stretched to the input's time, linearly
 * between their middles.
 *
 * @param layerName layer `[B, T', C]` to take instead of the last one before time is pooled or goes into an LSTM
 * @returns `[B, T]`, not negative; the caller disposes of it
 * @throws CardioError `usage` for a target that is no class, or a layer that is none of the model's or has no time
 */
export function gradCam(model: tfl.LayersModel, inputs: Inputs, target: Target, layerName?: string): tf.Tensor2D {
  const layer = layerName === undefined ? lastMap(model) : named(model, layerName);
  const [batch, length] = inputs[0].shape;
  return tf.tidy(() => {
    let map: tf.Tensor | undefined; // [B, T', C]
    const shape = [batch, ...layer.outputShape.slice(1)] as [number, number, number];
    const logitAt = (moved: tf.Tensor): tf.Scalar =>
      watching(
        [layer],
        (_, __, y) => {
          map = tf.keep(tf.clone(y));
          return tf.add(y, moved);
        },
        () => targetLogit(model, inputs, target),
      );
    try {
      const gradient = tf.grad(logitAt)(tf.zeros(shape)); // [B, T', C]
      const weights = tf.mean(gradient, 1, true); // [B, 1, C]
      return stretch(tf.relu(tf.sum(tf.mul(map as tf.Tensor, weights), 2)), length);
    } finally {
      map?.dispose();
    }
  });
}

type MapLayer = tfl.layers.Layer & { readonly outputShape: [null, number, number] };

const isMap = (layer: tfl.layers.Layer): layer is MapLayer => {
  const [batch, ...rest] = layer.outputShape as (number | null)[];
  return batch === null && rest.length === 2 && layer.getClassName() !== 'InputLayer';
};

/** The last layer that still has time before an LSTM mixes it, or all of it is pooled. */
function lastMap(model: tfl.LayersModel): MapLayer {
  const recurrent = model.layers.findIndex((layer) => /Lstm|LSTM|GRU|RNN|Bidirectional/.test(layer.getClassName()));
  const spatial = recurrent < 0 ? model.layers : model.layers.slice(0, recurrent);
  const last = spatial.filter(isMap).findLast(({ outputShape }) => outputShape[1] > 1);
  if (last) return last;
  throw new CardioError(
    'usage',
    `No layer of the model \`${model.name}\` gives [batch, time, channels] with a time above 1.`,
  );
}

function named(model: tfl.LayersModel, name: string): MapLayer {
  const layer = model.layers.find((each) => each.name === name);
  if (layer && isMap(layer)) return layer;
  const known = model.layers.filter(isMap).map((each) => each.name);
  throw new CardioError(
    'usage',
    `\`layerName\` must be one of the layers of [batch, time, channels]: ${known.join(', ')}; received ${JSON.stringify(name)}.`,
  );
}

/** `[B, T']` → `[B, length]`, linearly between the middles of the steps; beyond the outer ones their value. */
function stretch(x: tf.Tensor, length: number): tf.Tensor2D {
  const steps = x.shape[1] as number;
  const places = Array.from({ length }, (_, t) => Math.min(steps - 1, Math.max(0, ((t + 0.5) * steps) / length - 0.5)));
  const at = (round: (place: number) => number): tf.Tensor => tf.gather(x, tf.tensor1d(places.map(round), 'int32'), 1);
  const [before, after] = [at(Math.floor), at(Math.ceil)];
  const share = tf.tensor1d(places.map((place) => place - Math.floor(place)));
  return tf.add(before, tf.mul(tf.sub(after, before), share)) as tf.Tensor2D;
}
