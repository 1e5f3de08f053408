// The mask of dropout: a function of (seed, step, element index) and of nothing else. Bit for bit that of the engine's `dropoutMask`.
#pragma once
#include <ATen/core/Tensor.h>

#include <cmath>
#include <cstdint>

namespace cardio {

/// The integer hash lowbias32 without its last round (Wellons 2018).
inline uint32_t mix(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x7feb352du;
  h = (h ^ (h >> 15)) * 0x846ca68bu;
  return h ^ (h >> 16);
}

struct DropoutKey {
  DropoutKey(double rate, int64_t seed, int64_t step) {
    const uint32_t s = static_cast<uint32_t>(seed), n = static_cast<uint32_t>(step);
    before = mix(mix(s) + n);
    between = mix(mix(~s) ^ mix(n));
    const double limit = std::ceil(rate * 4294967296.0);
    threshold = limit >= 4294967295.0 ? 4294967295u : static_cast<uint32_t>(limit);
    kept = static_cast<float>(1 / (1 - rate));
  }
  float factor(uint32_t index) const { return mix(mix(index + before) ^ between) < threshold ? 0.f : kept; }

  uint32_t before, between, threshold;
  float kept;
};

/// The factors of a tensor of a shape, on the CPU.
at::Tensor dropoutMask(at::IntArrayRef shape, const DropoutKey& key);

}  // namespace cardio
