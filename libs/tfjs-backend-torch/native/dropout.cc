#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/empty.h>

#include "addon.h"
#include "composed.h"

// before the headers whose functions are to be part of our loops: GCC inlines only what was compiled alike
#pragma GCC optimize("O3")
#include "dispatch.h"
#include "dropout.h"

namespace cardio {
namespace {

CARDIO_WIDE void drop(const float* x, float* y, int64_t begin, int64_t end, DropoutKey key) {
  for (int64_t i = begin; i < end; i++) {
    const uint32_t h = mix(mix(static_cast<uint32_t>(i) + key.before) ^ key.between);
    y[i] = x[i] * (h < key.threshold ? 0.f : key.kept);
  }
}

CARDIO_WIDE void fillMask(float* y, int64_t begin, int64_t end, DropoutKey key) {
  for (int64_t i = begin; i < end; i++) {
    const uint32_t h = mix(mix(static_cast<uint32_t>(i) + key.before) ^ key.between);
    y[i] = h < key.threshold ? 0.f : key.kept;
  }
}

/// dropout(x, rate, seed, step); the gradient is the same kernel on dy
napi_value dropout(Call& call) {
  const Tensor x = asFloat(call.tensor(0)).contiguous();
  const DropoutKey key(call.number(1), call.integer(2), call.integer(3));
  if (call.environment.composed) return call.give(at::mul(x, composedMask(x.sizes(), key, x.options())));
  Tensor y = at::empty_like(x);
  const float* from = x.data_ptr<float>();
  float* to = y.data_ptr<float>();
  at::parallel_for(0, x.numel(), 1 << 15, [&](int64_t begin, int64_t end) { drop(from, to, begin, end, key); });
  return call.give(y);
}

}  // namespace

Tensor dropoutMask(at::IntArrayRef shape, const DropoutKey& key) {
  Tensor mask = at::empty(shape, at::kFloat);
  float* to = mask.data_ptr<float>();
  at::parallel_for(0, mask.numel(), 1 << 15, [&](int64_t begin, int64_t end) { fillMask(to, begin, end, key); });
  return mask;
}

const std::vector<Entry>& dropoutEntries() {
  static const std::vector<Entry> entries = {{"dropout", dropout}};
  return entries;
}

}  // namespace cardio
