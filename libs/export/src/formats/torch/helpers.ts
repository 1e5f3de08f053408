/** Python functions that expressions call; a module has those that it needs. */
const helpers: Readonly<Record<string, string>> = {
  padded: `def padded(x, pads, value=0.0):
    """With \`pads\` (all beginnings, then all ends, of the last axes) around it; F.pad begins with the last axis."""
    axes = len(pads) // 2
    return F.pad(x, [side for i in reversed(range(axes)) for side in (pads[i], pads[i + axes])], value=value)`,

  conv_transpose: `def conv_transpose(x, weight, bias, strides, pads, extra, groups):
    """The transposed convolution, of which \`pads\` are cut off and \`extra\` is added at the ends."""
    axes = len(strides)
    y = [F.conv_transpose1d, F.conv_transpose2d][axes - 1](x, weight, None, strides, groups=groups)
    y = padded(y, [-n for n in pads[:axes]] + [more - n for n, more in zip(pads[axes:], extra)])
    return y if bias is None else y + bias.reshape([-1] + [1] * axes)`,

  max_pool: `def max_pool(x, kernel, strides, pads, ceil):
    """The largest of each window; padding is never the largest."""
    return [F.max_pool1d, F.max_pool2d][len(kernel) - 1](padded(x, pads, -math.inf), kernel, strides, ceil_mode=ceil)`,

  average_pool: `def average_pool(x, kernel, strides, pads, ceil, count_padding):
    """The mean of each window, of what is there or with the padding as zeros."""
    pool = [F.avg_pool1d, F.avg_pool2d][len(kernel) - 1]
    y = pool(padded(x, pads), kernel, strides, ceil_mode=ceil)
    return y if count_padding else y / pool(padded(torch.ones_like(x), pads), kernel, strides, ceil_mode=ceil)`,

  lstm: `def lstm(x, kernel, recurrent, bias, direction):
    """An LSTM of x [T, B, I] → [T, directions, B, H]; its gates lie in the order input, output, forget, cell, those of torch in i, f, c, o."""
    def gates(stacked):
        i, o, f, c = stacked.chunk(4)
        return torch.cat([i, f, c, o])

    directions, _, units = recurrent.shape
    weights = []
    for w, r, b in zip(kernel, recurrent, bias):
        weights += [gates(w), gates(r), *map(gates, b.chunk(2))]
    zeros = x.new_zeros(directions, x.shape[1], units)
    steps = x.flip(0) if direction == 'reverse' else x
    y = torch.lstm(steps, (zeros, zeros), weights, True, 1, 0.0, torch.is_grad_enabled(), directions == 2, False)[0]
    y = y.flip(0) if direction == 'reverse' else y
    return y.reshape(*x.shape[:2], directions, units).transpose(1, 2)`,

  gather: `def gather(x, indices, axis):
    """The slices of x along an axis that the indices, of any shape, name."""
    picked = x.index_select(axis, indices.reshape(-1))
    return picked.reshape(x.shape[:axis] + indices.shape + x.shape[axis + 1:])`,

  pick: `def pick(x, axis, start, end, step):
    """x[start:end:step] along an axis, also backward."""
    return x.index_select(axis, torch.tensor(range(x.shape[axis])[start:end:step], device=x.device))`,

  reflect: `def reflect(x, axis, before, after):
    """x mirrored at the ends of an axis, which are not repeated."""
    last = x.shape[axis] - 1
    order = [*range(before, 0, -1), *range(last + 1), *range(last - 1, last - 1 - after, -1)]
    return x.index_select(axis, torch.tensor(order, device=x.device))`,

  expand: `def expand(x, shape):
    """x repeated to a shape, as broadcasting would."""
    return x.broadcast_to(torch.broadcast_shapes(x.shape, tuple(shape)))`,

  one_hot: `def one_hot(indices, depth, values):
    """values[1] at the place an index names, values[0] elsewhere, along a new last axis."""
    return torch.where(indices.unsqueeze(-1) == torch.arange(depth, device=indices.device), values[1], values[0])`,

  cumsum: `def cumsum(x, axis, exclusive, reverse):
    """The running sum along an axis, from its end if reverse, without the element itself if exclusive."""
    x = x.flip(axis) if reverse else x
    y = x.cumsum(axis) - x if exclusive else x.cumsum(axis)
    return y.flip(axis) if reverse else y`,

  resize: `def resize(x, shape, mode, coordinates, rounding):
    """x in another shape, axis by axis, by the nearest value or on the line between two."""
    for axis, (length, wanted) in enumerate(zip(x.shape, shape)):
        if length == wanted:
            continue
        i = torch.arange(wanted, dtype=torch.float32, device=x.device)
        source = {
            'align_corners': i * ((length - 1) / max(wanted - 1, 1)),
            'half_pixel': (i + 0.5) * (length / wanted) - 0.5,
            'asymmetric': i * (length / wanted),
        }[coordinates]
        if mode == 'nearest':
            nearest = torch.floor(source if rounding == 'floor' else source + 0.5)
            x = x.index_select(axis, nearest.long().clamp(0, length - 1))
            continue
        source = source.clamp(0, length - 1)
        low = source.floor().long()
        share = (source - low).reshape([-1] + [1] * (x.ndim - axis - 1))
        x = x.index_select(axis, low) * (1 - share) + x.index_select(axis, (low + 1).clamp(max=length - 1)) * share
    return x`,
};

/** The helpers that a text calls, and those that they call. */
export function helpersOf(text: string): string[] {
  const called = Object.entries(helpers).filter(([name, source]) => isCalled(name, text.replace(source, '')));
  const all = called.map(([, source]) => source);
  const more = Object.entries(helpers).filter(
    ([name, source]) => !all.includes(source) && isCalled(name, all.join('\n')),
  );
  return [...more.map(([, source]) => source), ...all];
}

const isCalled = (name: string, text: string): boolean => new RegExp(`(?<![\\w.])${name}\\(`).test(text);
