// Batch norm in training, with the ReLU that often follows it, and the end of a squeeze-and-excitation block: passes over memory are what these
// cost, so each is one. Sums end in float64: as exact as PyTorch's own, whatever the layout.
#include <ATen/Parallel.h>
#include <ATen/ops/add.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/gt.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/var.h>

#include <cmath>

#include "addon.h"
#include "dispatch.h"

#pragma GCC optimize("O3", "no-math-errno", "no-trapping-math")

namespace cardio {
namespace {

constexpr int64_t kBlock = 64;  // rows summed in float32

CARDIO_WIDE void addMoments(const float* __restrict x, const float* __restrict shift, int64_t rows, int64_t channels,
                            float* __restrict sums, float* __restrict squares) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) {
      const float d = x[r * channels + c] - shift[c];
      sums[c] += d;
      squares[c] += d * d;
    }
}

/// With g the gradient that passes the ReLU (y, if there is one): sums of g and of g (x - mean). In float64, because dx is made to have no
/// mean by them: what is left of it would stand out in the gradients before it, whose large parts cancel.
CARDIO_WIDE void addGradients(const float* __restrict dy, const float* __restrict x, const float* __restrict y,
                              const float* __restrict mean, int64_t rows, int64_t channels, double* __restrict sums,
                              double* __restrict products) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) {
      const int64_t i = r * channels + c;
      const float g = y == nullptr || y[i] > 0 ? dy[i] : 0.f;
      sums[c] += g;
      products[c] += static_cast<double>(g) * (x[i] - mean[c]);
    }
}

CARDIO_WIDE void affineRows(const float* __restrict x, const float* __restrict factor, const float* __restrict offset, int64_t rows,
                            int64_t channels, bool relu, float* __restrict y) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) {
      const float v = x[r * channels + c] * factor[c] + offset[c];
      y[r * channels + c] = relu && v < 0 ? 0.f : v;
    }
}

/// dx = factor g - slope (x - mean) - level, in float64: what is rounded alike in every row would add up in the sums over dx that follow
CARDIO_WIDE void gradientRows(const float* __restrict dy, const float* __restrict x, const float* __restrict y,
                              const float* __restrict mean, const double* __restrict factor, const double* __restrict slope,
                              const double* __restrict level, int64_t rows, int64_t channels, float* __restrict dx) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) {
      const int64_t i = r * channels + c;
      const float g = y == nullptr || y[i] > 0 ? dy[i] : 0.f;
      dx[i] = static_cast<float>(factor[c] * g - slope[c] * (static_cast<double>(x[i]) - mean[c]) - level[c]);
    }
}

/// Calls run(first row, rows, two sums per channel) on the threads, a part of the rows for each, and adds the sums of all.
template <typename F>
std::vector<double> summed(int64_t rows, int64_t channels, F run) {
  const int64_t parts = std::max<int64_t>(1, std::min<int64_t>(at::get_num_threads(), rows / kBlock));
  std::vector<std::vector<double>> sums(parts, std::vector<double>(2 * channels, 0.0));
  const int64_t each = (rows + parts - 1) / parts;
  at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; part++) {
      const int64_t first = part * each, count = std::min(each, rows - first);
      if (count > 0) run(first, count, sums[part].data());
    }
  });
  for (int64_t part = 1; part < parts; part++)
    for (int64_t c = 0; c < 2 * channels; c++) sums[0][c] += sums[part][c];
  return sums[0];
}

template <typename F>
void overRows(int64_t rows, int64_t channels, F run) {
  at::parallel_for(0, rows, std::max<int64_t>(1, (1 << 15) / std::max<int64_t>(1, channels)), run);
}

Tensor rowsOf(const Tensor& x) {
  if (x.dim() < 2) throw std::invalid_argument("x needs at least two axes");
  return asFloat(x).contiguous();
}

/// batchMoments(x [..., C]) -> [2, C]: mean and biased variance
napi_value batchMoments(Call& call) {
  const Tensor x = rowsOf(call.tensor(0));
  const int64_t channels = x.size(-1), rows = x.numel() / std::max<int64_t>(1, channels);
  if (!x.is_cpu() || rows == 0) {
    const Tensor flat = x.reshape({-1, channels});
    return call.give(at::stack({at::mean(flat, at::IntArrayRef({0})), at::var(flat, at::IntArrayRef({0}), false)}));
  }
  const float* from = x.data_ptr<float>();  // its first row stands near the mean: no cancellation
  const auto sums = summed(rows, channels, [&](int64_t first, int64_t count, double* sums) {
    std::vector<float> block(2 * channels);
    for (int64_t r = first; r < first + count; r += kBlock) {
      std::fill(block.begin(), block.end(), 0.f);
      addMoments(from + r * channels, from, std::min(kBlock, first + count - r), channels, block.data(), block.data() + channels);
      for (int64_t c = 0; c < 2 * channels; c++) sums[c] += block[c];
    }
  });
  const Tensor moments = at::empty({2, channels}, x.options());
  float* out = moments.data_ptr<float>();
  for (int64_t c = 0; c < channels; c++) {
    const double shifted = sums[c] / static_cast<double>(rows);
    out[c] = static_cast<float>(from[c] + shifted);
    out[channels + c] = static_cast<float>(std::max(0.0, sums[channels + c] / static_cast<double>(rows) - shifted * shifted));
  }
  return call.give(moments);
}

/// batchNorm(x, moments, gamma, beta, epsilon, relu)
napi_value batchNorm(Call& call) {
  const Tensor x = rowsOf(call.tensor(0));
  const Tensor &moments = call.tensor(1), &gamma = call.tensor(2), &beta = call.tensor(3);
  const int64_t channels = x.size(-1);
  const bool relu = call.flag(5);
  const Tensor factor = at::mul(at::rsqrt(at::add(moments.select(0, 1), call.number(4))), gamma);
  const Tensor offset = at::sub(beta, at::mul(moments.select(0, 0), factor));
  if (!x.is_cpu()) {
    const Tensor y = at::add(at::mul(x, factor), offset);
    return call.give(relu ? at::relu(y) : y);
  }
  const Tensor y = at::empty_like(x);
  const float *from = x.data_ptr<float>(), *a = factor.data_ptr<float>(), *b = offset.data_ptr<float>();
  float* to = y.data_ptr<float>();
  overRows(channels ? x.numel() / channels : 0, channels, [&](int64_t begin, int64_t end) {
    affineRows(from + begin * channels, a, b, end - begin, channels, relu, to + begin * channels);
  });
  return call.give(y);
}

/// batchNormGradient(dy, x, moments, gamma, y (where a ReLU followed)?, epsilon) -> [dx, dgamma, dbeta]
napi_value batchNormGradient(Call& call) {
  Tensor dy = rowsOf(call.tensor(0));
  const Tensor x = rowsOf(call.tensor(1));
  const auto y = call.optional(4);
  const int64_t channels = x.size(-1), rows = x.numel() / std::max<int64_t>(1, channels);
  const Tensor mean = call.tensor(2).select(0, 0).contiguous(), gamma = asFloat(call.tensor(3)).contiguous();
  const Tensor inverse = at::rsqrt(at::add(call.tensor(2).select(0, 1), call.number(5)));
  if (!x.is_cpu() || rows == 0) {
    if (y) dy = at::mul(dy, at::gt(*y, 0));
    const Tensor flat = dy.reshape({-1, channels}), centred = at::sub(x.reshape({-1, channels}), mean);
    const Tensor dbeta = at::sum(flat, Shape{0}), dgamma = at::mul(at::sum(at::mul(flat, centred), Shape{0}), inverse);
    const double n = static_cast<double>(std::max<int64_t>(1, rows));
    const Tensor along = at::mul(centred, at::mul(at::mul(dgamma, inverse), 1 / n));
    const Tensor dx = at::mul(at::sub(at::sub(flat, along), at::mul(dbeta, 1 / n)), at::mul(gamma, inverse));
    return call.give(std::vector<Tensor>{dx.reshape(x.sizes()), dgamma, dbeta});
  }
  const Tensor after = y ? y->contiguous() : Tensor();
  const float *d = dy.data_ptr<float>(), *from = x.data_ptr<float>(), *mu = mean.data_ptr<float>();
  const float *out = after.defined() ? after.data_ptr<float>() : nullptr, *inv = inverse.data_ptr<float>(), *g = gamma.data_ptr<float>();
  const auto at_ = [&](const float* p, int64_t r) { return p == nullptr ? nullptr : p + r * channels; };
  const auto sums = summed(rows, channels, [&](int64_t r, int64_t count, double* sums) {
    addGradients(at_(d, r), at_(from, r), at_(out, r), mu, count, channels, sums, sums + channels);
  });
  const Tensor dx = at::empty_like(x), dgamma = at::empty({channels}, x.options()), dbeta = at::empty({channels}, x.options());
  std::vector<double> factor(channels), slope(channels), level(channels);
  const double n = static_cast<double>(rows);
  for (int64_t c = 0; c < channels; c++) {
    dbeta.data_ptr<float>()[c] = static_cast<float>(sums[c]);
    dgamma.data_ptr<float>()[c] = static_cast<float>(sums[channels + c] * inv[c]);
    const double scale = inv[c];
    factor[c] = g[c] * scale;
    level[c] = factor[c] * sums[c] / n;
    slope[c] = factor[c] * scale * scale * (sums[channels + c] / n);
  }
  float* to = dx.data_ptr<float>();
  overRows(rows, channels, [&](int64_t begin, int64_t end) {
    gradientRows(at_(d, begin), at_(from, begin), at_(out, begin), mu, factor.data(), slope.data(), level.data(), end - begin, channels,
                 to + begin * channels);
  });
  return call.give(std::vector<Tensor>{dx, dgamma, dbeta});
}

CARDIO_WIDE void gateRows(const float* __restrict x, const float* __restrict gate, const float* __restrict shortcut, int64_t rows,
                          int64_t channels, float* __restrict y) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) {
      const int64_t i = r * channels + c;
      const float v = x[i] * gate[c] + shortcut[i];
      y[i] = v > 0 ? v : 0.f;
    }
}

CARDIO_WIDE void gateGradientRows(const float* __restrict dy, const float* __restrict x, const float* __restrict gate,
                                  const float* __restrict y, int64_t rows, int64_t channels, float* __restrict dx,
                                  double* __restrict dgate, float* __restrict dshortcut) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) {
      const int64_t i = r * channels + c;
      const float g = y[i] > 0 ? dy[i] : 0.f;
      dshortcut[i] = g;
      dx[i] = g * gate[c];
      dgate[c] += static_cast<double>(g) * x[i];
    }
}

/// x [B, T, C] and its gate [B, 1, C], as one batch of rows
struct Gated {
  explicit Gated(const Tensor& x, const Tensor& gate) : batch(x.size(0)), channels(x.size(-1)) {
    if (x.dim() != 3 || gate.numel() != batch * channels) throw std::invalid_argument("x must be [B, T, C] and the gate [B, 1, C]");
    time = x.size(1);
  }
  int64_t batch, time = 0, channels;
};

/// gatedResidual(x, gate, shortcut) -> relu(x * gate + shortcut)
napi_value gatedResidual(Call& call) {
  const Tensor x = asFloat(call.tensor(0)).contiguous(), gate = asFloat(call.tensor(1)).contiguous();
  const Tensor shortcut = asFloat(call.tensor(2)).contiguous();
  const Gated s(x, gate);
  if (shortcut.sizes() != x.sizes()) throw std::invalid_argument("the shortcut must have the shape of x");
  if (!x.is_cpu()) return call.give(at::relu(at::add(at::mul(x, gate.reshape({s.batch, 1, s.channels})), shortcut)));
  const Tensor y = at::empty_like(x);
  const int64_t each = s.time * s.channels;
  at::parallel_for(0, s.batch, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; b++)
      gateRows(x.data_ptr<float>() + b * each, gate.data_ptr<float>() + b * s.channels, shortcut.data_ptr<float>() + b * each, s.time,
               s.channels, y.data_ptr<float>() + b * each);
  });
  return call.give(y);
}

/// gatedResidualGradient(dy, x, gate, y) -> [dx, dgate [B, 1, C], dshortcut]
napi_value gatedResidualGradient(Call& call) {
  const Tensor dy = asFloat(call.tensor(0)).contiguous(), x = asFloat(call.tensor(1)).contiguous();
  const Tensor gate = asFloat(call.tensor(2)).contiguous(), y = asFloat(call.tensor(3)).contiguous();
  const Gated s(x, gate);
  const Tensor gates = gate.reshape({s.batch, 1, s.channels});
  if (!x.is_cpu()) {
    const Tensor g = at::mul(dy, at::gt(y, 0));
    return call.give(std::vector<Tensor>{at::mul(g, gates), at::sum(at::mul(g, x), Shape{1}, true), g});
  }
  const Tensor dx = at::empty_like(x), dgate = at::empty_like(gates), dshortcut = at::empty_like(x);
  const int64_t each = s.time * s.channels;
  at::parallel_for(0, s.batch, 1, [&](int64_t begin, int64_t end) {
    std::vector<double> sums(s.channels);
    for (int64_t b = begin; b < end; b++) {
      std::fill(sums.begin(), sums.end(), 0.0);
      gateGradientRows(dy.data_ptr<float>() + b * each, x.data_ptr<float>() + b * each, gate.data_ptr<float>() + b * s.channels,
                       y.data_ptr<float>() + b * each, s.time, s.channels, dx.data_ptr<float>() + b * each, sums.data(),
                       dshortcut.data_ptr<float>() + b * each);
      std::copy(sums.begin(), sums.end(), dgate.data_ptr<float>() + b * s.channels);
    }
  });
  return call.give(std::vector<Tensor>{dx, dgate, dshortcut});
}

}  // namespace

const std::vector<Entry>& batchNormEntries() {
  static const std::vector<Entry> entries = {
      {"batchMoments", batchMoments},
      {"batchNorm", batchNorm},
      {"batchNormGradient", batchNormGradient},
      {"gatedResidual", gatedResidual},
      {"gatedResidualGradient", gatedResidualGradient},
  };
  return entries;
}

}  // namespace cardio
