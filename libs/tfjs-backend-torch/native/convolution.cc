// Convolutions in 2 and 3 dimensions, plain and depthwise, with their gradients. tfjs keeps the channels last: ATen sees such a tensor as a
// channels-last view, without a copy. Filters are kept in memory the way that ATen's fast paths read them (output channel first, input
// channel last): the first convolution rearranges the variable's own memory once, and everything elementwise keeps that order.
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/add.h>
#include <ATen/ops/as_strided.h>
#include <ATen/ops/zeros.h>

#include <numeric>

#include "addon.h"
#include "matrix.h"
#include "padding.h"

namespace cardio {
namespace {

/// Strides, dilations, padding and output size along each spatial axis, as tfjs computed them.
struct Geometry {
  // list: for each spatial axis stride, dilation, before, after, kernel, input, output
  explicit Geometry(const Shape& list) {
    if (list.empty() || list.size() % 7) throw std::invalid_argument("a geometry needs 7 numbers for each axis");
    axes = static_cast<int64_t>(list.size() / 7);
    for (int64_t i = 0; i < axes; i++) {
      const int64_t* at = list.data() + 7 * i;
      const int64_t stride = at[0], dilation = at[1], before = at[2], extent = (at[4] - 1) * at[1] + 1, in = at[5], out = at[6];
      strides.push_back(stride);
      dilations.push_back(dilation);
      befores.push_back(before);
      inputs.push_back(in);
      kernels.push_back(at[4]);
      outputs.push_back(out);
      if (before >= 0 && (in + 2 * before - extent) / stride + 1 == out && in + 2 * before >= extent) {
        afters.push_back(before);
      } else {
        afters.push_back((out - 1) * stride + extent - in - before);
        symmetric = false;
      }
    }
    padding = symmetric ? befores : Shape(axes, 0);
  }

  Tensor padded(const Tensor& x) const {
    if (symmetric) return x;
    Shape amounts;
    for (int64_t i = axes - 1; i >= 0; i--) {
      amounts.push_back(befores[i]);
      amounts.push_back(afters[i]);
    }
    return at::constant_pad_nd(x, amounts, 0);
  }

  Tensor cropped(const Tensor& dx) const { return symmetric ? dx : croppedToInputs(dx, befores, afters, inputs); }

  /// Whether every padding is one: where the last inputs are out of reach tfjs has negative ones.
  bool inside() const {
    return std::all_of(befores.begin(), befores.end(), [](int64_t n) { return n >= 0; }) &&
           std::all_of(afters.begin(), afters.end(), [](int64_t n) { return n >= 0; });
  }

  /// Whether no input is seen by two windows.
  bool disjoint() const {
    for (int64_t i = 0; i < axes; i++)
      if (strides[i] < (kernels[i] - 1) * dilations[i] + 1) return false;
    return true;
  }

  /// Taps of the filter over all axes.
  int64_t window() const { return product(kernels); }
  int64_t positions() const { return product(outputs); }
  int64_t paddedLength(int64_t axis) const { return befores[axis] + inputs[axis] + afters[axis]; }

  /// x [B, space, C] with its padding, whether or not ATen could do that by itself.
  Tensor paddedLast(const Tensor& x) const {
    Shape amounts = {0, 0};
    for (int64_t i = axes - 1; i >= 0; i--) {
      amounts.push_back(befores[i]);
      amounts.push_back(afters[i]);
    }
    return at::constant_pad_nd(x, amounts, 0);
  }

  static int64_t product(const Shape& sizes) {
    return std::accumulate(sizes.begin(), sizes.end(), int64_t{1}, std::multiplies<int64_t>());
  }

  int64_t axes = 0;
  Shape strides, dilations, befores, afters, inputs, kernels, outputs, padding;
  bool symmetric = true;
};

/// The order of axes of ATen (batch, channel, space) for a tensor of tfjs (batch, space, channel), and back.
Tensor channelsSecond(const Tensor& x, bool already) { return already ? x : x.movedim(-1, 1); }
Tensor channelsLast(const Tensor& x, bool already) { return already ? x : x.movedim(1, -1); }

/// [space, in, out] -> [out, in, space]
Tensor filterForAten(const Tensor& w) { return w.movedim(-1, 0).movedim(-1, 1); }
Tensor filterForTfjs(const Tensor& w) { return w.movedim(0, -1).movedim(0, -2); }

/// [space, channels, multiplier] -> [channels * multiplier, 1, space]
Tensor depthwiseForAten(const Tensor& w) {
  const int64_t d = w.dim();
  const Tensor moved = w.movedim(d - 2, 0).movedim(d - 1, 1);
  Shape shape = moved.sizes().vec();
  shape[0] *= shape[1];
  shape[1] = 1;
  return moved.reshape(shape);
}
Tensor depthwiseForTfjs(const Tensor& w, const Shape& shape) {
  const int64_t d = static_cast<int64_t>(shape.size());
  Shape split = w.sizes().vec();
  split[0] = shape[d - 2];
  split[1] = shape[d - 1];
  return w.reshape(split).movedim(1, d - 1).movedim(0, d - 2);
}

at::MemoryFormat formatOf(int64_t axes) { return axes == 3 ? at::MemoryFormat::ChannelsLast3d : at::MemoryFormat::ChannelsLast; }

/// arrange(w [space, in, out]): rearranges the memory of a filter, once, into [out, space, in]; its values and shape stay.
napi_value arrange(Call& call) {
  Tensor& w = call.slot(0).tensor;
  const Tensor turned = w.movedim(-1, 0);
  if (!turned.is_contiguous()) w = turned.contiguous().movedim(0, -1);
  return nullptr;
}

Tensor low(const Tensor& x, const Environment& environment) { return environment.bfloat16 ? x.to(at::kBFloat16) : x; }

// ---- as products of matrices. Windows that don't overlap, as patches, are one as they stand. With few output positions and many weights,
// oneDNN's convolutions spend most of their time on rearranging the weights; a matrix of all windows costs less.

bool asProduct(const Geometry& g, const Tensor& image, int64_t outputs, int64_t channelsIn, int64_t channelsOut) {
  const int64_t weights = g.window() * channelsIn * channelsOut;
  return image.is_cpu() && g.axes == 2 && (g.disjoint() || weights > 1800 * outputs) && outputs > 0 && g.inside();
}

/// x [B, space, C], padded -> every window as a row: [B * positions, window * C]
Tensor windows(const Tensor& padded, const Geometry& g) {
  const Tensor x = padded.contiguous();
  const int64_t batch = x.size(0), channels = x.size(3), row = x.stride(1), column = x.stride(2);
  return at::as_strided(x, {batch, g.outputs[0], g.outputs[1], g.kernels[0], g.kernels[1], channels},
                        {x.stride(0), g.strides[0] * row, g.strides[1] * column, g.dilations[0] * row, g.dilations[1] * column, 1})
      .reshape({batch * g.outputs[0] * g.outputs[1], g.window() * channels});
}

/// The gradient of windows(): each number goes back to where it was read.
Tensor windowsGradient(const Tensor& rows, const Geometry& g, int64_t batch, int64_t channels) {
  const Tensor parts = rows.reshape({batch, g.outputs[0], g.outputs[1], g.kernels[0], g.kernels[1], channels});
  const Tensor dx = at::zeros({batch, g.paddedLength(0), g.paddedLength(1), channels}, rows.options());
  for (int64_t i = 0; i < g.kernels[0]; i++)
    for (int64_t j = 0; j < g.kernels[1]; j++)
      dx.slice(1, i * g.dilations[0], i * g.dilations[0] + (g.outputs[0] - 1) * g.strides[0] + 1, g.strides[0])
          .slice(2, j * g.dilations[1], j * g.dilations[1] + (g.outputs[1] - 1) * g.strides[1] + 1, g.strides[1])
          .add_(parts.select(4, j).select(3, i));
  return dx;
}

/// [space, in, out] as [out, space * in]: no copy for a filter that was arranged.
Tensor filterRows(const Tensor& w) { return w.movedim(-1, 0).reshape({w.size(-1), -1}); }


/// convolution(x, w, geometry, channelsFirst, depthwise, bias?, activation?, slope?, alpha?)
napi_value convolution(Call& call) {
  const Geometry g(call.integers(2));
  const bool first = call.flag(3), depthwise = call.flag(4);
  const Tensor image = asFloat(call.tensor(0)), filter = asFloat(call.tensor(1));
  auto bias = call.optional(5);
  const bool inside = bias && bias->dim() == 1 && !call.environment.bfloat16;
  Tensor y;
  if (!first && !depthwise && asProduct(g, image, image.size(0) * g.positions(), filter.size(-2), filter.size(-1))) {
    const Tensor rows = windows(g.paddedLast(low(image, call.environment)), g);
    y = asFloat(matrixProduct(rows, low(filterRows(filter), call.environment).t(), inside ? bias : none));
    y = y.reshape({image.size(0), g.outputs[0], g.outputs[1], filter.size(-1)});
  } else {
    const Tensor w = depthwise ? depthwiseForAten(filter) : filterForAten(filter);
    const Tensor x = low(g.padded(channelsSecond(image, first)), call.environment);
    const int64_t groups = depthwise ? x.size(1) : 1;
    y = asFloat(at::convolution(x, low(w, call.environment), inside ? bias : none, g.strides, g.padding, g.dilations, false,
                                Shape(g.axes, 0), groups));
    y = channelsLast(y, first);
  }
  if (bias && !inside) y = at::add(y, *bias);
  return call.give(call.given(6) ? activated(y, call.integer(6), call.optional(7), call.given(8) ? call.number(8) : 0) : y);
}

/// convolutionInput(dy, w, geometry, channelsFirst, depthwise, shape of x)
napi_value convolutionInput(Call& call) {
  const Geometry g(call.integers(2));
  const bool first = call.flag(3), depthwise = call.flag(4);
  const Shape shape = call.integers(5);
  const Tensor filter = asFloat(call.tensor(1)), image = asFloat(call.tensor(0));
  if (!first && !depthwise && asProduct(g, image, image.size(0) * g.positions(), filter.size(-2), filter.size(-1))) {
    const Tensor dy = low(image.reshape({-1, image.size(-1)}), call.environment);
    const Tensor rows = matrixProduct(dy, low(filterRows(filter), call.environment));
    Tensor dx = windowsGradient(asFloat(rows), g, shape[0], shape.back());
    for (int64_t i = 0; i < g.axes; i++) dx = dx.narrow(1 + i, g.befores[i], g.inputs[i]);
    return call.give(dx);
  }
  const Tensor w = depthwise ? depthwiseForAten(filter) : filterForAten(filter);
  const Tensor dy = channelsSecond(image, first);
  Tensor x = channelsSecond(at::empty(shape, dy.options()), first);
  if (!g.symmetric) x = g.padded(x);
  const auto result = at::convolution_backward(low(dy, call.environment), low(x, call.environment), low(w, call.environment),
                                               none, g.strides, g.padding, g.dilations, false, Shape(g.axes, 0),
                                               depthwise ? x.size(1) : 1, {true, false, false});
  return call.give(channelsLast(g.cropped(asFloat(std::get<0>(result))), first));
}

/// convolutionFilter(x, dy, geometry, channelsFirst, depthwise, shape of w)
napi_value convolutionFilter(Call& call) {
  const Geometry g(call.integers(2));
  const bool first = call.flag(3), depthwise = call.flag(4);
  const Shape shape = call.integers(5);
  const Tensor image = asFloat(call.tensor(0)), gradient = asFloat(call.tensor(1));
  if (!first && !depthwise && asProduct(g, image, image.size(0) * g.positions(), shape[g.axes], shape.back())) {
    const Tensor dy = low(gradient.reshape({-1, shape.back()}), call.environment);
    const Tensor dw = asFloat(matrixProduct(dy.t(), windows(g.paddedLast(low(image, call.environment)), g)));
    return call.give(dw.reshape({shape.back(), shape[0], shape[1], shape[2]}).movedim(0, -1));
  }
  const Tensor x = g.padded(channelsSecond(image, first));
  const Tensor dy = channelsSecond(gradient, first);
  Tensor w = depthwise ? depthwiseForAten(at::empty(shape, x.options())) : filterForAten(at::empty(shape, x.options()));
  w = at::empty(w.sizes(), x.options().memory_format(formatOf(g.axes)));
  const auto result = at::convolution_backward(low(dy, call.environment), low(x, call.environment), low(w, call.environment),
                                               none, g.strides, g.padding, g.dilations, false, Shape(g.axes, 0),
                                               depthwise ? x.size(1) : 1, {false, true, false});
  const Tensor dw = asFloat(std::get<1>(result));
  return call.give(depthwise ? depthwiseForTfjs(dw, shape) : filterForTfjs(dw));
}

}  // namespace

const std::vector<Entry>& convolutionEntries() {
  static const std::vector<Entry> entries = {
      {"arrange", arrange},
      {"convolution", convolution},
      {"convolutionInput", convolutionInput},
      {"convolutionFilter", convolutionFilter},
  };
  return entries;
}

}  // namespace cardio
