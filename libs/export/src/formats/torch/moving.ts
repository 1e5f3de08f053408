import { pythonList, pythonTuple, type OperatorTable, type TorchCall } from './call.js';

/** What counts as the end of an axis, whatever its length. */
const beyond = 2 ** 31 - 1;

/** Operators that move, cut, join, repeat and look up. */
export const moving: OperatorTable = {
  Transpose: ({ x, list }) => `${x(0)}.permute(${list('perm').join(', ')})`,
  Reshape: (call) => {
    const isKnown = /^\[/.test(call.sizes(1));
    if (isKnown && call.ints(1).includes(0)) throw call.unsupported('a length of 0 is not mapped');
    return `${call.x(0)}.reshape(${call.sizes(1)})`;
  },
  Squeeze: ({ x, ints }) => `${x(0)}.squeeze(${pythonTuple(ints(1))})`,
  Unsqueeze: ({ x, ints }) =>
    ints(1)
      .toSorted((a, b) => a - b)
      .reduce((text, axis) => `${text}.unsqueeze(${axis})`, x(0)),
  Concat: ({ x, count, int }) =>
    `torch.cat([${Array.from({ length: count }, (_, i) => x(i)).join(', ')}], ${int('axis')})`,
  Split: ({ x, ints, int }) => `${x(0)}.split(${pythonList(ints(1))}, ${int('axis', 0)})`,
  Slice: slice,
  Gather: ({ x, int }) => `gather(${x(0)}, ${x(1)}, ${int('axis', 0)})`,
  GatherND: ({ x, int, unsupported }) => {
    if (int('batch_dims', 0) !== 0) throw unsupported('batch_dims is not mapped');
    return `${x(0)}[${x(1)}.long().unbind(-1)]`;
  },
  OneHot: ({ x, ints, int, unsupported }) => {
    if (int('axis', -1) !== -1) throw unsupported('another axis than the last is not mapped');
    return `one_hot(${x(0)}, ${ints(1)[0]}, ${x(2)})`;
  },
  Expand: ({ x, sizes }) => `expand(${x(0)}, ${sizes(1)})`,
  Tile: ({ x, sizes }) => `${x(0)}.tile(${sizes(1)})`,
  Pad: pad,
  Shape: ({ x, int, node }) => {
    const end = 'end' in node.attributes ? int('end') : '';
    return `torch.tensor(${x(0)}.shape[${int('start', 0)}:${end}])`;
  },
  Resize: ({ x, sizes, text }) => {
    const how = [text('mode', 'nearest'), text('coordinate_transformation_mode', 'half_pixel')];
    const rounding = text('nearest_mode', 'round_prefer_floor');
    return `resize(${x(0)}, ${sizes(3)}, '${how.join("', '")}', '${rounding}')`;
  },
};

function slice(call: TorchCall): string {
  const { x, ints, has } = call;
  const [starts, ends] = [ints(1), ints(2)];
  const axes = has(3) ? ints(3) : starts.map((_, i) => i);
  const steps = has(4) ? ints(4) : starts.map(() => 1);
  if (axes.some((axis) => axis < 0)) throw call.unsupported('axes counted from the back are not mapped');
  const isForward = steps.every((step) => step > 0);
  if (!isForward) {
    // ends far before the front stand for the front
    const bounds = (i: number): string => `${starts[i]}, ${ends[i] < -beyond ? 'None' : ends[i]}, ${steps[i]}`;
    return axes.reduce((text, axis, i) => `pick(${text}, ${axis}, ${bounds(i)})`, x(0));
  }
  const parts = Array.from({ length: Math.max(...axes) + 1 }, (_, axis) => {
    const i = axes.indexOf(axis);
    if (i < 0) return ':';
    const [start, end, step] = [starts[i] || '', ends[i] >= beyond ? '' : ends[i], steps[i]];
    return `${start}:${end}${step === 1 ? '' : `:${step}`}`;
  });
  return `${x(0)}[${parts.join(', ')}]`;
}

function pad(call: TorchCall): string {
  const { x, scalar, has, ints, text } = call;
  if (has(3)) throw call.unsupported('axes of padding are not mapped');
  const pads = ints(1);
  const rank = pads.length / 2;
  const sides = Array.from({ length: rank }, (_, axis) => [pads[axis], pads[axis + rank]]);
  const mode = text('mode', 'constant');
  if (mode === 'constant') {
    const fill = has(2) ? scalar(2) : '0.0';
    const value = /^(-?\d|float\()/.test(fill) ? fill : `${fill}.item()`;
    return `F.pad(${x(0)}, ${pythonList(sides.toReversed().flat())}, value=${value})`; // PyTorch begins with the last axis
  }
  if (mode !== 'reflect') throw call.unsupported(`padding by \`${mode}\` is not mapped`);
  return sides.reduce(
    (all, [before, after], axis) => (before || after ? `reflect(${all}, ${axis}, ${before}, ${after})` : all),
    x(0),
  );
}
