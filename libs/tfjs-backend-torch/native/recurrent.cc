// An LSTM over the whole sequence, in one direction or both, and its gradient. The input's share of all gates is one big product; the steps
// are small ones on packed weights, a thread taking one direction of a part of the batch through all its time. Gates in Keras's order i, f, g, o.
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>

#include "addon.h"
#include "composed.h"
#include "matrix.h"

// before the headers whose functions are to be part of our loops: GCC inlines only what was compiled alike
#pragma GCC optimize("O3", "no-math-errno", "no-trapping-math")
#include "dispatch.h"
#include "gemm.h"

namespace cardio {
namespace {

inline float sigmoidOf(float x) { return 1.f / (1.f + fastExp(-x)); }
inline float tanhOf(float x) { return 2.f / (1.f + fastExp(-2.f * x)) - 1.f; }

/// One step of one example: the gates in place, then cell state and output.
CARDIO_WIDE void forwardCell(float* __restrict gates, const float* __restrict before, float* __restrict cell, float* __restrict out,
                             int64_t h) {
  for (int64_t j = 0; j < h; j++) {
    const float i = sigmoidOf(gates[j]), f = sigmoidOf(gates[h + j]), g = tanhOf(gates[2 * h + j]), o = sigmoidOf(gates[3 * h + j]);
    gates[j] = i;
    gates[h + j] = f;
    gates[2 * h + j] = g;
    gates[3 * h + j] = o;
    const float c = f * before[j] + i * g;
    cell[j] = c;
    out[j] = o * tanhOf(c);
  }
}

CARDIO_WIDE void backwardCell(const float* __restrict gates, float* __restrict dgates, const float* __restrict before,
                              const float* __restrict cell, const float* __restrict dout, const float* __restrict dy,
                              float* __restrict dcell, int64_t h) {
  for (int64_t j = 0; j < h; j++) {
    const float i = gates[j], f = gates[h + j], g = gates[2 * h + j], o = gates[3 * h + j];
    const float t = tanhOf(cell[j]), d = dout[j] + dy[j];
    const float dc = dcell[j] + d * o * (1 - t * t);
    dgates[j] = dc * g * i * (1 - i);
    dgates[h + j] = dc * before[j] * f * (1 - f);
    dgates[2 * h + j] = dc * i * (1 - g * g);
    dgates[3 * h + j] = d * t * o * (1 - o);
    dcell[j] = dc * f;
  }
}

struct Sizes {
  int64_t batch, time, input, hidden, directions;
};

struct Weights {
  Tensor kernel, recurrent, bias;
  bool backwards;
};

Tensor dense(const Tensor& x) { return asFloat(x).contiguous(); }

std::vector<Weights> readWeights(Call& call, size_t k, bool reverse, int64_t input) {
  const auto list = call.tensors(k);
  if (list.size() != 3 && list.size() != 6) throw std::invalid_argument("one or two directions of three weights are needed");
  std::vector<Weights> weights;
  for (size_t d = 0; d < list.size() / 3; d++) {
    Weights w{dense(list[3 * d]), dense(list[3 * d + 1]), dense(list[3 * d + 2]), list.size() == 6 ? d == 1 : reverse};
    const int64_t h = w.recurrent.dim() == 2 ? w.recurrent.size(0) : 0;
    if (h == 0 || w.kernel.sizes() != at::IntArrayRef({input, 4 * h}) || w.recurrent.size(1) != 4 * h || w.bias.numel() != 4 * h ||
        h != list[1].size(0))
      throw std::invalid_argument("the weights' shapes do not fit: [I, 4H], [H, 4H] and [4H] are needed");
    weights.push_back(w);
  }
  return weights;
}

Tensor product(const Tensor& a, const Tensor& b, bool low) {
  return low ? at::mm(a.to(at::kBFloat16), b.to(at::kBFloat16)).to(at::kFloat) : matrixProduct(a, b);
}

/// Calls run(direction, first example, examples) on the threads: each takes one direction of a part of the batch.
template <typename F>
void overParts(const Sizes& s, F run) {
  const int64_t parts = std::max<int64_t>(1, (at::get_num_threads() + s.directions - 1) / s.directions);
  const int64_t each = (s.batch + parts - 1) / parts;
  at::parallel_for(0, s.directions * parts, 1, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; task++) {
      const int64_t first = task % parts * each, count = std::min(each, s.batch - first);
      if (count > 0) run(task / parts, first, count);
    }
  });
}

/// What the forward pass leaves: x [T, B, I], y [T, B, directions * H], and gates and cells [T, B, …] of each direction.
struct Trace {
  Tensor x, y;
  std::vector<Tensor> gates, cells;
};

Trace forward(const Tensor& x, const std::vector<Weights>& weights, const Sizes& s, bool low) {
  Trace trace;
  trace.x = x.transpose(0, 1).contiguous();
  const Tensor rows = trace.x.reshape({s.time * s.batch, s.input});
  std::vector<Tensor> packed;
  for (const Weights& w : weights) {
    trace.gates.push_back(low ? product(rows, w.kernel, true).add_(w.bias) : matrixProduct(rows, w.kernel, w.bias));
    trace.cells.push_back(at::empty({s.time, s.batch, s.hidden}, rows.options()));
    packed.push_back(at::empty({padded(4 * s.hidden) * s.hidden}, rows.options()));
    pack(w.recurrent.data_ptr<float>(), 4 * s.hidden, s.hidden, 4 * s.hidden, 1, packed.back().data_ptr<float>());
  }
  trace.y = at::empty({s.time, s.batch, s.directions * s.hidden}, rows.options());
  const std::vector<float> zeros(s.hidden, 0.f);
  const int64_t h = s.hidden, width = s.directions * h;

  overParts(s, [&](int64_t d, int64_t first, int64_t count) {
    float* gates = trace.gates[d].data_ptr<float>();
    float* cells = trace.cells[d].data_ptr<float>();
    float* y = trace.y.data_ptr<float>() + d * h;
    const float* w = packed[d].data_ptr<float>();
    for (int64_t step = 0; step < s.time; step++) {
      const int64_t t = weights[d].backwards ? s.time - 1 - step : step, before = weights[d].backwards ? t + 1 : t - 1;
      const int64_t row = t * s.batch + first, last = before * s.batch + first;
      if (step > 0) gemm(count, 4 * h, h, y + last * width, width, w, gates + row * 4 * h, 4 * h);
      for (int64_t b = 0; b < count; b++)
        forwardCell(gates + (row + b) * 4 * h, step > 0 ? cells + (last + b) * h : zeros.data(), cells + (row + b) * h,
                    y + (row + b) * width, h);
    }
  });
  return trace;
}

Sizes sizesOf(const Tensor& x, const std::vector<Weights>& weights) {
  return {x.size(0), x.size(1), x.size(2), weights[0].recurrent.size(0), static_cast<int64_t>(weights.size())};
}

Tensor checked(const Tensor& x) {
  if (x.dim() != 3) throw std::invalid_argument("x must be [batch, time, input]");
  return asFloat(x);
}

/// lstm(x [B, T, I], weights, reverse) -> [B, T, directions * H]
napi_value lstm(Call& call) {
  const Tensor x = checked(call.tensor(0));
  const auto weights = readWeights(call, 1, call.flag(2), x.size(2));
  if (call.environment.composed) {
    auto record = composedLstm(x, call.tensors(1), call.flag(2), call.environment.bfloat16);
    const Tensor y = record[0].detach().transpose(0, 1);
    return call.give(y, std::move(record));
  }
  const Trace trace = forward(x, weights, sizesOf(x, weights), call.environment.bfloat16);
  std::vector<Tensor> state = {trace.x, trace.y};
  for (size_t d = 0; d < weights.size(); d++) {
    state.push_back(trace.gates[d]);
    state.push_back(trace.cells[d]);
  }
  return call.give(trace.y.transpose(0, 1), std::move(state));
}

/// lstmGradient(dy, x, weights, reverse, y) -> [dx, (dkernel, drecurrent, dbias) of each direction]
napi_value lstmGradient(Call& call) {
  const Tensor x = checked(call.tensor(1));
  const auto weights = readWeights(call, 2, call.flag(3), x.size(2));
  const Sizes s = sizesOf(x, weights);
  const bool low = call.environment.bfloat16;
  const auto& state = call.slot(4).state;
  if (call.environment.composed) {
    const bool recorded = state.size() == 2 + 3 * weights.size();
    return call.give(composedLstmGradient(asFloat(call.tensor(0)),
                                          recorded ? state : composedLstm(x, call.tensors(2), call.flag(3), low)));
  }
  Trace trace;
  if (state.size() == 2 + 2 * weights.size()) {
    trace.x = state[0];
    trace.y = state[1];
    for (size_t d = 0; d < weights.size(); d++) {
      trace.gates.push_back(state[2 + 2 * d]);
      trace.cells.push_back(state[3 + 2 * d]);
    }
  } else {
    trace = forward(x, weights, s, low);
  }

  const Tensor dy = asFloat(call.tensor(0)).transpose(0, 1).contiguous();
  const int64_t h = s.hidden, width = s.directions * h;
  std::vector<Tensor> packed, dgates;
  for (const Weights& w : weights) {
    packed.push_back(at::empty({padded(h) * 4 * h}, dy.options()));
    packTransposed(w.recurrent.data_ptr<float>(), 4 * h, 4 * h, h, 1, packed.back().data_ptr<float>());
    dgates.push_back(at::empty({s.time, s.batch, 4 * h}, dy.options()));
  }
  const std::vector<float> zeros(h, 0.f);

  overParts(s, [&](int64_t d, int64_t first, int64_t count) {
    const float* gates = trace.gates[d].data_ptr<float>();
    const float* cells = trace.cells[d].data_ptr<float>();
    const float* dys = dy.data_ptr<float>() + d * h;
    float* out = dgates[d].data_ptr<float>();
    const float* w = packed[d].data_ptr<float>();
    std::vector<float> dout(count * h, 0.f), dcell(count * h, 0.f);
    for (int64_t step = s.time - 1; step >= 0; step--) {
      const int64_t t = weights[d].backwards ? s.time - 1 - step : step, before = weights[d].backwards ? t + 1 : t - 1;
      const int64_t row = t * s.batch + first, last = before * s.batch + first;
      for (int64_t b = 0; b < count; b++)
        backwardCell(gates + (row + b) * 4 * h, out + (row + b) * 4 * h, step > 0 ? cells + (last + b) * h : zeros.data(),
                     cells + (row + b) * h, dout.data() + b * h, dys + (row + b) * width, dcell.data() + b * h, h);
      if (step == 0) break;
      std::fill(dout.begin(), dout.end(), 0.f);
      gemm(count, h, 4 * h, out + row * 4 * h, 4 * h, w, dout.data(), h);
    }
  });

  const Tensor rows = trace.x.reshape({s.time * s.batch, s.input});
  Tensor dx;
  std::vector<Tensor> results(1);
  for (size_t d = 0; d < weights.size(); d++) {
    const Tensor dg = dgates[d].reshape({s.time * s.batch, 4 * h});
    const Tensor part = product(dg, weights[d].kernel.t(), low);
    dx = dx.defined() ? dx.add_(part) : part;
    const Tensor y = trace.y.narrow(2, static_cast<int64_t>(d) * h, h);
    // the output before step t meets the gates of step t
    const int64_t n = s.time - 1;
    const bool back = weights[d].backwards;
    const Tensor befores = y.narrow(0, back ? 1 : 0, n).reshape({n * s.batch, h});
    const Tensor afters = dgates[d].narrow(0, back ? 0 : 1, n).reshape({n * s.batch, 4 * h});
    results.push_back(product(rows.t(), dg, low));
    results.push_back(product(befores.t(), afters, low));
    results.push_back(at::sum(dg, Shape{0}));
  }
  results[0] = dx.reshape({s.time, s.batch, s.input}).transpose(0, 1);
  return call.give(results);
}

}  // namespace

const std::vector<Entry>& recurrentEntries() {
  static const std::vector<Entry> entries = {{"lstm", lstm}, {"lstmGradient", lstmGradient}};
  return entries;
}

}  // namespace cardio
