// Optimizer steps over all parameters at once, in place. A tensor whose memory somebody else still sees (a clone, a view) gets memory of its
// own first.
#include <ATen/Parallel.h>
#include <ATen/ops/add.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/empty_strided.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/stack.h>

#include <cmath>

#include "addon.h"
#include "composed.h"
#include "dispatch.h"

#pragma GCC optimize("O3", "no-math-errno", "no-trapping-math")

namespace cardio {
namespace {

/// A copy of x in memory order of `like`, or x itself where it is so already.
Tensor ordered(const Tensor& x, const Tensor& like) {
  if (x.strides() == like.strides() && x.is_non_overlapping_and_dense()) return x;
  Tensor y = at::empty_strided(like.sizes(), like.strides(), like.options());
  y.copy_(x);
  return y;
}

/// The tensor of a slot, ready to be written: dense and seen by nobody else.
Tensor& writable(Slot& slot) {
  Tensor& x = slot.tensor;
  if (!x.is_non_overlapping_and_dense() || x.use_count() > 1 || x.storage().use_count() > 1)
    x = x.is_non_overlapping_and_dense() ? x.clone(at::MemoryFormat::Preserve) : x.clone(at::MemoryFormat::Contiguous);
  return x;
}

Tensor& writable(Slot& slot, const Tensor& like) {
  Tensor& x = writable(slot);
  if (x.sizes() != like.sizes()) throw std::invalid_argument("a buffer has another shape than its parameter");
  if (x.strides() != like.strides()) x = ordered(x, like);
  return x;
}

void checkCounts(size_t n, std::initializer_list<size_t> others) {
  for (size_t count : others)
    if (count != n) throw std::invalid_argument("as many tensors are needed as there are parameters");
}

struct AdamSettings {
  float rate, beta1, beta2, gain1, gain2, epsilon, correction, gradientScale, decay;
};

CARDIO_WIDE void adamLoop(float* __restrict p, const float* __restrict g, float* __restrict m, float* __restrict v, int64_t begin,
                          int64_t end, AdamSettings s) {
  for (int64_t i = begin; i < end; i++) {
    const float d = g[i] * s.gradientScale;
    const float mean = s.beta1 * m[i] + s.gain1 * d;
    const float variance = s.beta2 * v[i] + s.gain2 * d * d;
    m[i] = mean;
    v[i] = variance;
    p[i] = p[i] * s.decay - s.rate * mean / (__builtin_sqrtf(variance) / s.correction + s.epsilon);
  }
}

/// adamW(parameters, gradients, means, variances, weight decays, [rate, beta1, beta2, epsilon, step, gradient scale])
napi_value adamW(Call& call) {
  const auto parameters = call.slots(0), means = call.slots(2), variances = call.slots(3);
  const auto gradients = call.tensors(1);
  const auto decays = call.numbers(4), settings = call.numbers(5);
  checkCounts(parameters.size(), {gradients.size(), means.size(), variances.size(), decays.size()});
  if (settings.size() != 6) throw std::invalid_argument("six settings are needed");
  const double rate = settings[0], beta1 = settings[1], beta2 = settings[2], step = settings[4];
  AdamSettings s{};
  s.rate = static_cast<float>(rate / (1 - std::pow(beta1, step)));
  s.beta1 = static_cast<float>(beta1);
  s.beta2 = static_cast<float>(beta2);
  s.gain1 = static_cast<float>(1 - beta1);  // in double: of 1 - 0.999f only five digits are right
  s.gain2 = static_cast<float>(1 - beta2);
  s.epsilon = static_cast<float>(settings[3]);
  s.correction = static_cast<float>(std::sqrt(1 - std::pow(beta2, step)));
  s.gradientScale = static_cast<float>(settings[5]);
  for (size_t i = 0; i < parameters.size(); i++)
    if (gradients[i].sizes() != parameters[i]->tensor.sizes())
      throw std::invalid_argument("gradient " + std::to_string(i) + " has another shape than its parameter");

  if (call.environment.composed) {
    std::vector<Tensor> ps, gs, ms, vs;
    for (size_t i = 0; i < parameters.size(); i++) {
      const Tensor& p = ps.emplace_back(writable(*parameters[i]));
      gs.push_back(ordered(asFloat(gradients[i]), p));
      ms.push_back(writable(*means[i], p));
      vs.push_back(writable(*variances[i], p));
    }
    composedAdamW(ps, gs, ms, vs, decays, {rate, beta1, beta2, settings[3], step, settings[5]});
    return nullptr;
  }
  for (size_t i = 0; i < parameters.size(); i++) {
    Tensor& p = writable(*parameters[i]);
    Tensor &m = writable(*means[i], p), &v = writable(*variances[i], p);
    const Tensor g = ordered(asFloat(gradients[i]), p);
    s.decay = static_cast<float>(1 - rate * decays[i]);
    float *pp = p.data_ptr<float>(), *mp = m.data_ptr<float>(), *vp = v.data_ptr<float>();
    const float* gp = g.data_ptr<float>();
    at::parallel_for(0, p.numel(), 1 << 15, [&](int64_t begin, int64_t end) { adamLoop(pp, gp, mp, vp, begin, end, s); });
  }
  return nullptr;
}

/// sgd(parameters, gradients, buffers, weight decays, [rate, momentum, gradient scale]); no buffers: no momentum
napi_value sgd(Call& call) {
  const auto parameters = call.slots(0), buffers = call.slots(2);
  const auto gradients = call.tensors(1);
  const auto decays = call.numbers(3), settings = call.numbers(4);
  checkCounts(parameters.size(), {gradients.size(), decays.size()});
  if (settings.size() != 3) throw std::invalid_argument("three settings are needed");
  const double rate = settings[0], momentum = settings[1], scale = settings[2];
  if (momentum != 0) checkCounts(parameters.size(), {buffers.size()});
  for (size_t i = 0; i < parameters.size(); i++) {
    Tensor& p = writable(*parameters[i]);
    Tensor d = ordered(asFloat(gradients[i]), p);
    if (scale != 1) d = at::mul(d, scale);
    if (decays[i] != 0) d = at::add(d, p, decays[i]);
    if (momentum != 0) {
      Tensor& b = writable(*buffers[i], p);
      b.mul_(momentum).add_(d);
      d = b;
    }
    p.add_(d, -rate);
  }
  return nullptr;
}

/// globalNorm(tensors): the root of the sum of all squares
napi_value globalNorm(Call& call) {
  std::vector<Tensor> tensors;
  for (const Tensor& x : call.tensors(0)) tensors.push_back(asFloat(x));
  if (tensors.empty()) throw std::invalid_argument("at least one tensor is needed");
  return call.give(at::linalg_vector_norm(at::stack(at::_foreach_norm(tensors, 2)), 2));
}

}  // namespace

const std::vector<Entry>& optimizerEntries() {
  static const std::vector<Entry> entries = {{"adamW", adamW}, {"sgd", sgd}, {"globalNorm", globalNorm}};
  return entries;
}

}  // namespace cardio
