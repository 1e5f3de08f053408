// Maximum and average pooling in 2 and 3 dimensions. tfjs averages over the values inside the image only.
#include <ATen/Parallel.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/avg_pool2d_backward.h>
#include <ATen/ops/avg_pool3d.h>
#include <ATen/ops/avg_pool3d_backward.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/div.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/max_pool2d_with_indices.h>
#include <ATen/ops/max_pool2d_with_indices_backward.h>
#include <ATen/ops/max_pool3d_with_indices.h>
#include <ATen/ops/max_pool3d_with_indices_backward.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/masked_fill.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <limits>

#include "addon.h"
#include "padding.h"

#pragma GCC optimize("O3")
#include "dispatch.h"

namespace cardio {
namespace {

/// Window, strides and explicit padding along each spatial axis.
struct Window {
  // list: for each spatial axis kernel, stride, before, input, output
  explicit Window(const Shape& list) {
    if (list.empty() || list.size() % 5) throw std::invalid_argument("a window needs 5 numbers for each axis");
    axes = static_cast<int64_t>(list.size() / 5);
    for (int64_t i = 0; i < axes; i++) {
      const int64_t* at = list.data() + 5 * i;
      kernel.push_back(at[0]);
      stride.push_back(at[1]);
      befores.push_back(at[2]);
      inputs.push_back(at[3]);
      outputs.push_back(at[4]);
      afters.push_back((at[4] - 1) * at[1] + at[0] - at[3] - at[2]);
      inside = inside && at[2] >= 0 && 2 * at[2] <= at[0] && at[3] + 2 * at[2] >= at[0] && (at[3] + 2 * at[2] - at[0]) / at[1] + 1 == at[4];
    }
    padding = inside ? befores : Shape(axes, 0);
  }

  Tensor padded(const Tensor& x, double value) const {
    if (inside) return x;
    Shape amounts;
    bool any = false;
    for (int64_t i = axes - 1; i >= 0; i--) {
      amounts.push_back(befores[i]);
      amounts.push_back(afters[i]);
      any = any || befores[i] || afters[i];
    }
    return any ? at::constant_pad_nd(x, amounts, value) : x;
  }

  Tensor cropped(const Tensor& dx) const { return inside ? dx : croppedToInputs(dx, befores, afters, inputs); }

  int64_t axes = 0;
  Shape kernel, stride, befores, afters, inputs, outputs, padding;
  bool inside = true;  // ATen can do the padding itself: symmetric, and at most half a window
};

Tensor channelsSecond(const Tensor& x) { return asFloat(x).movedim(-1, 1); }
Tensor channelsLast(const Tensor& x) { return x.movedim(1, -1); }

constexpr double kLowest = -std::numeric_limits<double>::infinity();

std::pair<Tensor, Tensor> pooled(const Tensor& x, const Window& w) {
  const Shape ones(w.axes, 1);
  const auto result = w.axes == 3 ? at::max_pool3d_with_indices(x, w.kernel, w.stride, w.padding, ones, false)
                                  : at::max_pool2d_with_indices(x, w.kernel, w.stride, w.padding, ones, false);
  return {std::get<0>(result), std::get<1>(result)};
}

/// The maxima and their places. tfjs skips NaN; the sum of the maxima tells cheaply that there may be one.
std::pair<Tensor, Tensor> largest(const Tensor& x, const Window& w) {
  const auto result = pooled(x, w);
  if (!std::isnan(at::sum(result.first).item<double>())) return result;
  return pooled(at::masked_fill(x, at::isnan(x), kLowest), w);
}

// ---- over time alone, channels last: one pass of our own, which keeps no places (8 bytes a value) and finds them again for the gradient

/// Whether x [B, 1 or H, T, C] is pooled along its third axis only.
bool overTime(const Tensor& x, const Window& w) {
  return w.axes == 2 && x.is_cpu() && x.scalar_type() == at::kFloat && w.kernel[0] == 1 && w.stride[0] == 1 && w.befores[0] == 0 &&
         w.inputs[0] == w.outputs[0] && w.kernel[1] <= 64;
}

CARDIO_WIDE void larger(const float* __restrict x, float* __restrict best, int64_t channels) {
  for (int64_t c = 0; c < channels; c++) best[c] = x[c] > best[c] ? x[c] : best[c];
}
CARDIO_WIDE void largerAt(const float* __restrict x, float* __restrict best, int32_t* __restrict place, int32_t here, int64_t channels) {
  for (int64_t c = 0; c < channels; c++) {
    const bool more = x[c] > best[c];
    best[c] = more ? x[c] : best[c];
    place[c] = more ? here : place[c];
  }
}
CARDIO_WIDE void setWhere(const float* __restrict dy, const int32_t* __restrict place, int32_t here, float* __restrict dx,
                          int64_t channels) {
  for (int64_t c = 0; c < channels; c++) dx[c] = place[c] == here ? dy[c] : 0.f;
}
CARDIO_WIDE void addWhere(const float* __restrict dy, const int32_t* __restrict place, int32_t here, float* __restrict dx,
                          int64_t channels) {
  for (int64_t c = 0; c < channels; c++) dx[c] += place[c] == here ? dy[c] : 0.f;
}

/// Calls run(row of the series' first input, first and last tap inside it, row of the output) for each output of each series.
struct Series {
  Series(const Tensor& x, const Window& w)
      : count(x.size(0) * x.size(1)), inputs(w.inputs[1]), outputs(w.outputs[1]), stride(w.stride[1]), before(w.befores[1]),
        taps(w.kernel[1]), channels(x.size(3)) {}

  template <typename F>
  void each(F run) const {
    at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
      for (int64_t n = begin; n < end; n++)
        for (int64_t t = 0; t < outputs; t++) {
          const int64_t first = t * stride - before;
          run(n * inputs, std::max<int64_t>(0, first), std::min(inputs, first + taps), n * outputs + t);
        }
    });
  }

  int64_t count, inputs, outputs, stride, before, taps, channels;
};

Tensor maxOverTime(const Tensor& given, const Window& w) {
  const Tensor x = given.contiguous();
  const Series s(x, w);
  const Tensor y = at::full({x.size(0), x.size(1), s.outputs, s.channels}, kLowest, x.options());
  const float* from = x.data_ptr<float>();
  float* to = y.data_ptr<float>();
  s.each([&](int64_t row, int64_t first, int64_t last, int64_t out) {
    for (int64_t t = first; t < last; t++) larger(from + (row + t) * s.channels, to + out * s.channels, s.channels);
  });
  return y;
}

Tensor maxOverTimeGradient(const Tensor& gradient, const Tensor& given, const Window& w) {
  const Tensor x = given.contiguous(), dy = gradient.contiguous();
  const Series s(x, w);
  const bool once = s.stride == s.taps && s.outputs * s.stride - s.before >= s.inputs;  // each input is in one window
  const Tensor dx = once ? at::empty_like(x) : at::zeros_like(x);
  const auto pass = once ? setWhere : addWhere;
  const float *from = x.data_ptr<float>(), *d = dy.data_ptr<float>();
  float* to = dx.data_ptr<float>();
  s.each([&](int64_t row, int64_t first, int64_t last, int64_t out) {
    static thread_local std::vector<float> best;
    static thread_local std::vector<int32_t> place;
    best.assign(s.channels, static_cast<float>(kLowest));
    place.assign(s.channels, -1);
    for (int64_t t = first; t < last; t++)
      largerAt(from + (row + t) * s.channels, best.data(), place.data(), static_cast<int32_t>(t - first), s.channels);
    for (int64_t t = first; t < last; t++)
      pass(d + out * s.channels, place.data(), static_cast<int32_t>(t - first), to + (row + t) * s.channels, s.channels);
  });
  return dx;
}

/// maxPool(x, window); the places of the maxima are kept for the gradient
napi_value maxPool(Call& call) {
  const Window w(call.integers(1));
  const Tensor& x = call.tensor(0);
  if (overTime(x, w)) return call.give(maxOverTime(x, w));
  const auto [y, places] = largest(w.padded(channelsSecond(x), kLowest), w);
  return call.give(channelsLast(y.to(x.scalar_type())), {places});
}

/// maxPoolGradient(dy, x, y, window)
napi_value maxPoolGradient(Call& call) {
  const Window w(call.integers(3));
  if (overTime(call.tensor(1), w)) return call.give(maxOverTimeGradient(asFloat(call.tensor(0)), call.tensor(1), w));
  const Tensor dy = channelsSecond(call.tensor(0));
  const Tensor x = w.padded(channelsSecond(call.tensor(1)), kLowest);
  const auto& state = call.slot(2).state;
  const Tensor places = state.size() == 1 ? state[0] : largest(x, w).second;
  const Shape ones(w.axes, 1);
  const Tensor dx = w.axes == 3
                        ? at::max_pool3d_with_indices_backward(dy, x, w.kernel, w.stride, w.padding, ones, false, places)
                        : at::max_pool2d_with_indices_backward(dy, x, w.kernel, w.stride, w.padding, ones, false, places);
  return call.give(channelsLast(w.cropped(dx)));
}

Tensor windowSums(const Tensor& x, const Window& w) {
  return w.axes == 3 ? at::avg_pool3d(x, w.kernel, w.stride, w.padding, false, true, 1)
                     : at::avg_pool2d(x, w.kernel, w.stride, w.padding, false, true, 1);
}

/// How many values of the image each window sees.
Tensor windowCounts(const Tensor& like, const Window& w) {
  Shape shape = {1, 1};
  shape.insert(shape.end(), w.inputs.begin(), w.inputs.end());
  return windowSums(w.padded(at::ones(shape, like.options()), 0), w).clamp_min_(1);
}

/// avgPool(x, window)
napi_value avgPool(Call& call) {
  const Window w(call.integers(1));
  const Tensor& x = call.tensor(0);
  const Tensor xs = channelsSecond(x);
  const Tensor y = at::div(windowSums(w.padded(xs, 0), w), windowCounts(xs, w));
  return call.give(channelsLast(y.to(x.scalar_type())));
}

/// avgPoolGradient(dy, shape of x, window)
napi_value avgPoolGradient(Call& call) {
  const Window w(call.integers(2));
  const Tensor dy = channelsSecond(call.tensor(0));
  const Tensor x = w.padded(at::empty(call.integers(1), dy.options()).movedim(-1, 1), 0);
  const Tensor share = at::div(dy, windowCounts(dy, w));
  const Tensor dx = w.axes == 3 ? at::avg_pool3d_backward(share, x, w.kernel, w.stride, w.padding, false, true, 1)
                                : at::avg_pool2d_backward(share, x, w.kernel, w.stride, w.padding, false, true, 1);
  return call.give(channelsLast(w.cropped(dx)));
}

}  // namespace

const std::vector<Entry>& poolingEntries() {
  static const std::vector<Entry> entries = {
      {"maxPool", maxPool},
      {"maxPoolGradient", maxPoolGradient},
      {"avgPool", avgPool},
      {"avgPoolGradient", avgPoolGradient},
  };
  return entries;
}

}  // namespace cardio
