import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** What tfjs-layers itself uses to run a model's graph. */
interface GraphNode {
  readonly outboundLayer: tfl.layers.Layer;
  readonly inputTensors: readonly tfl.SymbolicTensor[];
  readonly outputTensors: readonly tfl.SymbolicTensor[];
}
interface Graph {
  readonly nodesByDepth: Readonly<Record<string, readonly GraphNode[]>>;
  /** Where a sequential model has its graph. */
  readonly model?: tfl.LayersModel;
}

/**
 * As `model.apply(inputs, { training })`, with less memory: the output of a layer is freed when the last layer that takes it has run, where
 * tfjs-layers holds all of them to the end. What the backward pass needs of them it has saved by then. A model with masks runs as in tfjs-layers.
 *
 * @param training for the whole model, or by layer, so that frozen ones run as in inference (not in a model with masks)
 * @returns the model's first output
 */
export function applyModel(
  model: tfl.LayersModel,
  inputs: readonly tf.Tensor[],
  training: boolean | ((layer: tfl.layers.Layer) => boolean),
): tf.Tensor {
  if (model instanceof tfl.Sequential) {
    if (!(model as unknown as Graph).model) model.build();
    return applyModel((model as unknown as Required<Graph>).model, inputs, training);
  }
  if (model.layers.some(makesMask)) {
    return model.apply(inputs.length === 1 ? inputs[0] : [...inputs], { training: training !== false }) as tf.Tensor;
  }
  const nodes = nodesInOrder(model);
  const uses = new Map<number, number>(); // of each symbolic tensor, by its id
  const use = ({ id }: tfl.SymbolicTensor, count: number): number => {
    uses.set(id, (uses.get(id) ?? 0) + count);
    return uses.get(id) ?? 0;
  };
  for (const { inputTensors } of nodes) inputTensors.forEach((x) => use(x, 1));
  use(model.outputs[0], 1);

  const values = new Map<number, tf.Tensor>(model.inputs.map(({ id }, i) => [id, inputs[i]]));
  const free = (value: tf.Tensor): void => {
    const held = inputs.includes(value) || [...values.values()].includes(value) || (value as { kept?: boolean }).kept;
    if (!held) value.dispose();
  };
  for (const { outboundLayer, inputTensors, outputTensors } of nodes) {
    const xs = inputTensors.map(({ id }) => values.get(id) as tf.Tensor);
    const mode = { training: typeof training === 'boolean' ? training : training(outboundLayer) };
    const result = outboundLayer.apply(xs.length === 1 ? xs[0] : xs, mode) as tf.Tensor | tf.Tensor[];
    const ys = Array.isArray(result) ? result : [result];
    outputTensors.forEach((y, i) => {
      if (use(y, 0) > 0) values.set(y.id, ys[i]);
    });
    inputTensors.forEach((x) => {
      if (use(x, -1) === 0) values.delete(x.id);
    });
    for (const value of new Set([...xs, ...ys])) free(value);
  }
  return values.get(model.outputs[0].id) as tf.Tensor;
}

/** The layers of tfjs-layers that say which steps of a sequence the layers after them shall pass over. */
const makesMask = (layer: tfl.layers.Layer): boolean =>
  layer.getClassName() === 'Masking' || (layer as { maskZero?: boolean }).maskZero === true;

/** All nodes that are computed, each after those that it takes its inputs from. */
function nodesInOrder(model: tfl.LayersModel): GraphNode[] {
  const { nodesByDepth } = model as unknown as Graph;
  const depths = Object.keys(nodesByDepth).map(Number);
  const isInput = ({ outputTensors }: GraphNode): boolean =>
    outputTensors.some((y) => model.inputs.some((x) => x.id === y.id));
  return depths
    .toSorted((a, b) => b - a)
    .flatMap((depth) => [...nodesByDepth[depth]])
    .filter((node) => !isInput(node));
}
