// Convolutions in 2 and 3 dimensions, plain and depthwise, with their gradients. tfjs keeps the channels last: ATen sees such a tensor as a
// channels-last view, without a copy. Filters are kept in memory the way that ATen's fast paths read them (output channel first, input
// channel last): the first convolution rearranges the variable's own memory once, and everything elementwise keeps that order.
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/add.h>

#include "addon.h"
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

  int64_t axes = 0;
  Shape strides, dilations, befores, afters, inputs, padding;
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

/// convolution(x, w, geometry, channelsFirst, depthwise, bias?, activation?, slope?, alpha?)
napi_value convolution(Call& call) {
  const Geometry g(call.integers(2));
  const bool first = call.flag(3), depthwise = call.flag(4);
  const Tensor w = depthwise ? depthwiseForAten(asFloat(call.tensor(1))) : filterForAten(asFloat(call.tensor(1)));
  const Tensor x = low(g.padded(channelsSecond(asFloat(call.tensor(0)), first)), call.environment);
  const int64_t groups = depthwise ? x.size(1) : 1;
  auto bias = call.optional(5);
  const bool inside = bias && bias->dim() == 1 && !call.environment.bfloat16;
  Tensor y = asFloat(at::convolution(x, low(w, call.environment), inside ? bias : std::nullopt, g.strides, g.padding, g.dilations,
                                     false, Shape(g.axes, 0), groups));
  y = channelsLast(y, first);
  if (bias && !inside) y = at::add(y, *bias);
  return call.give(call.given(6) ? activated(y, call.integer(6), call.optional(7), call.given(8) ? call.number(8) : 0) : y);
}

/// convolutionInput(dy, w, geometry, channelsFirst, depthwise, shape of x)
napi_value convolutionInput(Call& call) {
  const Geometry g(call.integers(2));
  const bool first = call.flag(3), depthwise = call.flag(4);
  const Shape shape = call.integers(5);
  Tensor w = depthwise ? depthwiseForAten(asFloat(call.tensor(1))) : filterForAten(asFloat(call.tensor(1)));
  Tensor dy = channelsSecond(asFloat(call.tensor(0)), first);
  Tensor x = channelsSecond(at::empty(shape, dy.options()), first);
  // wide layers on a CPU are faster through the plain layout (a tenth of a resnet's step)
  const bool plain = !first && !depthwise && x.size(1) >= 512 && g.axes == 2 && !call.environment.bfloat16 && dy.is_cpu();
  if (plain) {
    dy = dy.contiguous();
    w = w.contiguous();
    x = at::empty(x.sizes(), dy.options());
  }
  if (!g.symmetric) x = g.padded(x);
  const auto result = at::convolution_backward(low(dy, call.environment), low(x, call.environment), low(w, call.environment),
                                               std::nullopt, g.strides, g.padding, g.dilations, false, Shape(g.axes, 0),
                                               depthwise ? x.size(1) : 1, {true, false, false});
  Tensor dx = g.cropped(asFloat(std::get<0>(result)));
  if (plain) dx = dx.contiguous(formatOf(g.axes));
  return call.give(channelsLast(dx, first));
}

/// convolutionFilter(x, dy, geometry, channelsFirst, depthwise, shape of w)
napi_value convolutionFilter(Call& call) {
  const Geometry g(call.integers(2));
  const bool first = call.flag(3), depthwise = call.flag(4);
  const Shape shape = call.integers(5);
  const Tensor x = g.padded(channelsSecond(asFloat(call.tensor(0)), first));
  const Tensor dy = channelsSecond(asFloat(call.tensor(1)), first);
  Tensor w = depthwise ? depthwiseForAten(at::empty(shape, x.options())) : filterForAten(at::empty(shape, x.options()));
  w = at::empty(w.sizes(), x.options().memory_format(formatOf(g.axes)));
  const auto result = at::convolution_backward(low(dy, call.environment), low(x, call.environment), low(w, call.environment),
                                               std::nullopt, g.strides, g.padding, g.dilations, false, Shape(g.axes, 0),
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
