// Scaled dot-product attention with an optional bias on the logits and dropout on the weights, and its gradient. On the CPU it goes through
// blocks of rows that stay in the cache; the weights [B, N, T, T] are never stored, the gradient computes them again.
#include <ATen/Parallel.h>
#include <ATen/ops/_softmax.h>
#include <ATen/ops/_softmax_backward_data.h>
#include <ATen/ops/add.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <limits>

#include "addon.h"
#include "composed.h"

// before the headers whose functions are to be part of our loops: GCC inlines only what was compiled alike
#pragma GCC optimize("O3", "no-math-errno", "no-trapping-math", "associative-math", "no-signed-zeros")
#include "dispatch.h"
#include "dropout.h"
#include "gemm.h"

namespace cardio {
namespace {

constexpr int64_t kRows = 48;  // rows of a block: a multiple of gemm's six
constexpr int64_t kLanes = 16;

struct Problem {
  Tensor q, k, v, bias;
  double scale, rate;
  int64_t seed, step;
  int64_t batch, heads, time, depth;
};

/// Rows may lie apart, but the numbers of a row must be neighbours.
Tensor rowwise(const Tensor& x) {
  const Tensor y = asFloat(x);
  return y.stride(-1) == 1 ? y : y.contiguous();
}

Problem read(Call& call, size_t first, size_t settings) {
  Problem p{};
  p.q = rowwise(call.tensor(first));
  p.k = rowwise(call.tensor(first + 1));
  p.v = rowwise(call.tensor(first + 2));
  if (p.q.dim() != 4 || p.k.sizes() != p.q.sizes() || p.v.sizes() != p.q.sizes())
    throw std::invalid_argument("q, k and v must have one shape [batch, heads, time, depth]");
  p.batch = p.q.size(0);
  p.heads = p.q.size(1);
  p.time = p.q.size(2);
  p.depth = p.q.size(3);
  if (call.given(first + 3)) {
    p.bias = asFloat(call.tensor(first + 3)).contiguous();
    if (p.bias.sizes() != at::IntArrayRef({p.heads, p.time, p.time})) throw std::invalid_argument("bias must be [heads, time, time]");
  }
  p.scale = call.number(settings);
  p.rate = call.number(settings + 1);
  p.seed = call.integer(settings + 2);
  p.step = call.integer(settings + 3);
  return p;
}

/// Softmax of a row of `width` numbers, of which `count` are real, the others becoming 0. width is a multiple of 64.
CARDIO_WIDE void softmaxRow(float* row, int64_t count, int64_t width) {
  for (int64_t j = count; j < width; j++) row[j] = -std::numeric_limits<float>::max();
  float tops[kLanes];
  for (int64_t l = 0; l < kLanes; l++) tops[l] = row[l];
  for (int64_t j = 0; j < width; j += kLanes)
    for (int64_t l = 0; l < kLanes; l++) tops[l] = row[j + l] > tops[l] ? row[j + l] : tops[l];
  float top = tops[0];
  for (int64_t l = 1; l < kLanes; l++) top = tops[l] > top ? tops[l] : top;
  for (int64_t j = 0; j < width; j++) row[j] = fastExp(row[j] - top);
  for (int64_t j = count; j < width; j++) row[j] = 0;
  float sum = 0;
  for (int64_t j = 0; j < width; j++) sum += row[j];
  const float share = 1 / sum;
  for (int64_t j = 0; j < width; j++) row[j] *= share;
}

CARDIO_WIDE void addRow(float* row, const float* other, int64_t count) {
  for (int64_t j = 0; j < count; j++) row[j] += other[j];
}

CARDIO_WIDE void dropRow(const float* from, float* to, uint32_t index, int64_t count, DropoutKey key) {
  for (int64_t j = 0; j < count; j++) {
    const uint32_t h = mix(mix(index + static_cast<uint32_t>(j) + key.before) ^ key.between);
    to[j] = from[j] * (h < key.threshold ? 0.f : key.kept);
  }
}

/// From weights and their gradient to the gradient of the logits, in the place of the latter.
CARDIO_WIDE void logitGradientRow(const float* weights, float* d, int64_t count) {
  float inner = 0;
  for (int64_t j = 0; j < count; j++) inner += weights[j] * d[j];
  for (int64_t j = 0; j < count; j++) d[j] = weights[j] * (d[j] - inner);
}

/// The matrix of one head of one example: its numbers and the distance of its rows.
struct View {
  View(const Tensor& x, int64_t b, int64_t n) : data(x.data_ptr<float>() + b * x.stride(0) + n * x.stride(1)), stride(x.stride(2)) {}
  float* data;
  int64_t stride;
};

/// Softmaxed weights of rows [begin, begin + count) into `weights` [count, width].
void weightRows(const Problem& p, const View& q, const float* keys, int64_t head, int64_t begin, int64_t count, int64_t width,
                float* weights) {
  std::memset(weights, 0, count * width * sizeof(float));
  gemm(count, p.time, p.depth, q.data + begin * q.stride, q.stride, keys, weights, width);
  for (int64_t i = 0; i < count; i++) {
    float* row = weights + i * width;
    if (p.bias.defined()) addRow(row, p.bias.data_ptr<float>() + (head * p.time + begin + i) * p.time, p.time);
    softmaxRow(row, p.time, width);
  }
}

uint32_t maskIndex(const Problem& p, int64_t b, int64_t n, int64_t row) {
  return static_cast<uint32_t>(((b * p.heads + n) * p.time + row) * p.time);
}

/// A tensor [batch, heads, time, depth] whose memory is [batch, time, heads, depth]: joining the heads then copies nothing.
Tensor headsInside(const Problem& p) {
  return at::zeros({p.batch, p.time, p.heads, p.depth}, p.q.options()).permute({0, 2, 1, 3});
}

Tensor forward(const Problem& p) {
  Tensor out = headsInside(p);
  const DropoutKey key(p.rate, p.seed, p.step);
  const int64_t width = padded(p.time);
  at::parallel_for(0, p.batch * p.heads, 1, [&](int64_t first, int64_t last) {
    std::vector<float> keys(width * p.depth), values(padded(p.depth) * p.time), weights(kRows * width);
    for (int64_t task = first; task < last; task++) {
      const int64_t b = task / p.heads, n = task % p.heads;
      const View q(p.q, b, n), k(p.k, b, n), v(p.v, b, n), o(out, b, n);
      packTransposed(k.data, k.stride, p.depth, p.time, static_cast<float>(p.scale), keys.data());
      pack(v.data, v.stride, p.time, p.depth, 1, values.data());
      for (int64_t begin = 0; begin < p.time; begin += kRows) {
        const int64_t count = std::min(kRows, p.time - begin);
        weightRows(p, q, keys.data(), n, begin, count, width, weights.data());
        if (p.rate > 0)
          for (int64_t i = 0; i < count; i++)
            dropRow(weights.data() + i * width, weights.data() + i * width, maskIndex(p, b, n, begin + i), p.time, key);
        gemm(count, p.depth, p.time, weights.data(), width, values.data(), o.data + begin * o.stride, o.stride);
      }
    }
  });
  return out;
}

void transpose(const float* from, int64_t rows, int64_t columns, int64_t stride, float* to) {
  for (int64_t j = 0; j < columns; j += 8)
    for (int64_t i = 0; i < rows; i++)
      for (int64_t c = j; c < std::min(columns, j + 8); c++) to[c * rows + i] = from[i * stride + c];
}

std::vector<Tensor> backward(const Problem& p, const Tensor& dout) {
  const Tensor dq = headsInside(p), dk = headsInside(p), dv = headsInside(p);
  const Tensor dbias = p.bias.defined() ? at::zeros_like(p.bias) : Tensor();
  const DropoutKey key(p.rate, p.seed, p.step);
  const int64_t width = padded(p.time), wide = padded(p.depth);
  const float scale = static_cast<float>(p.scale);

  // a bias is shared by the batch: then one thread takes a head of all examples, so that no two add to the same place
  const int64_t groups = p.bias.defined() ? p.heads : p.batch * p.heads;
  const int64_t examples = p.bias.defined() ? p.batch : 1;
  at::parallel_for(0, groups, 1, [&](int64_t first, int64_t last) {
    std::vector<float> keys(width * p.depth), values(width * p.depth), rowKeys(wide * p.time), weights(kRows * width),
        dropped(kRows * width), d(kRows * width), turned(p.time * kRows), block(wide * kRows);
    for (int64_t task = first * examples; task < last * examples; task++) {
      const int64_t b = p.bias.defined() ? task % examples : task / p.heads;
      const int64_t n = p.bias.defined() ? task / examples : task % p.heads;
      const View q(p.q, b, n), k(p.k, b, n), v(p.v, b, n), g(dout, b, n), outQ(dq, b, n), outK(dk, b, n), outV(dv, b, n);
      packTransposed(k.data, k.stride, p.depth, p.time, scale, keys.data());
      packTransposed(v.data, v.stride, p.depth, p.time, 1, values.data());
      pack(k.data, k.stride, p.time, p.depth, scale, rowKeys.data());
      for (int64_t begin = 0; begin < p.time; begin += kRows) {
        const int64_t count = std::min(kRows, p.time - begin);
        weightRows(p, q, keys.data(), n, begin, count, width, weights.data());
        std::fill(d.begin(), d.end(), 0.f);
        gemm(count, p.time, p.depth, g.data + begin * g.stride, g.stride, values.data(), d.data(), width);
        const float* used = weights.data();
        if (p.rate > 0) {
          used = dropped.data();
          for (int64_t i = 0; i < count; i++) {
            const uint32_t index = maskIndex(p, b, n, begin + i);
            dropRow(weights.data() + i * width, dropped.data() + i * width, index, p.time, key);
            dropRow(d.data() + i * width, d.data() + i * width, index, p.time, key);
          }
        }
        transpose(used, count, p.time, width, turned.data());
        pack(g.data + begin * g.stride, g.stride, count, p.depth, 1, block.data());
        gemm(p.time, p.depth, count, turned.data(), count, block.data(), outV.data, outV.stride);
        for (int64_t i = 0; i < count; i++) {
          float* row = d.data() + i * width;
          logitGradientRow(weights.data() + i * width, row, p.time);
          if (p.bias.defined()) addRow(dbias.data_ptr<float>() + (n * p.time + begin + i) * p.time, row, p.time);
        }
        gemm(count, p.depth, p.time, d.data(), width, rowKeys.data(), outQ.data + begin * outQ.stride, outQ.stride);
        transpose(d.data(), count, p.time, width, turned.data());
        pack(q.data + begin * q.stride, q.stride, count, p.depth, scale, block.data());
        gemm(p.time, p.depth, count, turned.data(), count, block.data(), outK.data, outK.stride);
      }
    }
  });
  std::vector<Tensor> results = {dq, dk, dv};
  if (dbias.defined()) results.push_back(dbias);
  return results;
}

// ---- composed of ATen's calls, for other devices; on the CPU the blocks above in float32 are faster than these in bfloat16

Tensor low(const Tensor& x, bool bfloat16) { return bfloat16 ? x.to(at::kBFloat16) : x; }

Tensor composedWeights(const Problem& p, bool bfloat16) {
  Tensor logits = asFloat(at::matmul(low(at::mul(p.q, p.scale), bfloat16), low(p.k, bfloat16).transpose(-1, -2)));
  if (p.bias.defined()) logits = logits.add_(p.bias);
  return at::_softmax(logits, -1, false);
}

Tensor composedMask(const Problem& p) {
  const Shape shape = {p.batch, p.heads, p.time, p.time};
  const DropoutKey key(p.rate, p.seed, p.step);
  return p.q.is_cpu() ? dropoutMask(shape, key) : composedMask(shape, key, p.q.options());
}

Tensor composedForward(const Problem& p, bool bfloat16) {
  Tensor weights = composedWeights(p, bfloat16);
  if (p.rate > 0) weights = at::mul(weights, composedMask(p));
  return asFloat(at::matmul(low(weights, bfloat16), low(p.v, bfloat16)));
}

std::vector<Tensor> composedBackward(const Problem& p, const Tensor& dout, bool bfloat16) {
  const Tensor weights = composedWeights(p, bfloat16);
  const Tensor mask = p.rate > 0 ? composedMask(p) : Tensor();
  const Tensor g = low(dout, bfloat16);
  const Tensor used = low(mask.defined() ? at::mul(weights, mask) : weights, bfloat16);
  const Tensor dv = asFloat(at::matmul(used.transpose(-1, -2), g));
  Tensor d = asFloat(at::matmul(g, low(p.v, bfloat16).transpose(-1, -2)));
  if (mask.defined()) d = at::mul(d, mask);
  const Tensor logits = at::_softmax_backward_data(d, weights, -1, at::kFloat);
  const Tensor scaled = low(at::mul(logits, p.scale), bfloat16);
  std::vector<Tensor> results = {asFloat(at::matmul(scaled, low(p.k, bfloat16))),
                                 asFloat(at::matmul(scaled.transpose(-1, -2), low(p.q, bfloat16))), dv};
  if (p.bias.defined()) results.push_back(logits.sum(0));
  return results;
}

/// attention(q, k, v, bias?, scale, rate, seed, step)
napi_value attention(Call& call) {
  const Problem p = read(call, 0, 4);
  const bool bfloat16 = call.environment.bfloat16;
  if (call.environment.composed && p.rate == 0) {
    auto record = composedAttention(p.q, p.k, p.v, p.bias, p.scale, bfloat16);
    if (!record.empty()) {
      const Tensor out = record[0].detach();
      return call.give(out, std::move(record));
    }
  }
  return call.give(call.environment.composed ? composedForward(p, bfloat16) : forward(p));
}

/// attentionGradient(dout, q, k, v, bias?, out, scale, rate, seed, step) -> [dq, dk, dv(, dbias)]
napi_value attentionGradient(Call& call) {
  const Problem p = read(call, 1, 6);
  const Tensor dout = rowwise(call.tensor(0));
  if (dout.sizes() != p.q.sizes()) throw std::invalid_argument("dout must have the shape of q");
  const bool bfloat16 = call.environment.bfloat16;
  if (call.environment.composed && p.rate == 0) {
    auto record = call.slot(5).state;
    if (record.empty()) record = composedAttention(p.q, p.k, p.v, p.bias, p.scale, bfloat16);
    if (!record.empty()) return call.give(composedAttentionGradient(dout, record));
  }
  return call.give(call.environment.composed ? composedBackward(p, dout, bfloat16) : backward(p, dout));
}

}  // namespace

const std::vector<Entry>& attentionEntries() {
  static const std::vector<Entry> entries = {{"attention", attention}, {"attentionGradient", attentionGradient}};
  return entries;
}

}  // namespace cardio
