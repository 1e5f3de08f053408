import type { StepAware } from '@cardio/engine';
import type * as tfl from '@tensorflow/tfjs-layers';

/** Every layer that wants to know the number of the step, such as `SeededDropout`; inside nested models and wrappers too. */
export function stepAwareLayers(layer: tfl.layers.Layer): StepAware[] {
  return [...(isStepAware(layer) ? [layer] : []), ...innerLayers(layer).flatMap(stepAwareLayers)];
}

const isStepAware = (layer: object): layer is StepAware =>
  'beginStep' in layer && typeof layer.beginStep === 'function';

/** Models hold `layers`, wrappers such as `TimeDistributed` a `layer`, `Bidirectional` one for each direction. */
function innerLayers(outer: tfl.layers.Layer): tfl.layers.Layer[] {
  type Holder = { layers?: Inner[]; layer?: Inner; forwardLayer?: Inner; backwardLayer?: Inner };
  type Inner = tfl.layers.Layer;
  const { layers = [], layer, forwardLayer, backwardLayer } = outer as Holder; // fields of subclasses, not all public
  return [...layers, layer, forwardLayer, backwardLayer].filter((inner) => inner !== undefined);
}
