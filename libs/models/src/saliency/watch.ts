import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** Sees what a layer was given and gave; what it returns takes the place of the latter. */
type Watcher = (layer: tfl.layers.Layer, inputs: tf.Tensor[], output: tf.Tensor) => tf.Tensor;

/** Runs `run` while some layers are watched: the forward pass itself, on any engine, fused kernels and all. */
export function watching<T>(layers: readonly tfl.layers.Layer[], watcher: Watcher, run: () => T): T {
  const calls = layers.map((layer) => layer.call);
  layers.forEach((layer, i) => {
    layer.call = (inputs, kwargs) => watcher(layer, [inputs].flat(), [calls[i].call(layer, inputs, kwargs)].flat()[0]);
  });
  try {
    return run();
  } finally {
    layers.forEach((layer, i) => (layer.call = calls[i]));
  }
}
