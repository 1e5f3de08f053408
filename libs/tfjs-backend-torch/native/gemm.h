// A small matrix product for the loops that libtorch has no call for (an LSTM's steps, the tiles of attention): the right-hand side is packed
// once and used many times, and nothing is dispatched or allocated on the way.
#pragma once
#include <cstdint>
#include <cstring>

namespace cardio {

constexpr int64_t kPanel = 64;  // columns

inline int64_t padded(int64_t columns) { return (columns + kPanel - 1) / kPanel * kPanel; }

/// Packs b [k, n] (rows `stride` apart) for gemm, into padded(n) * k numbers.
void pack(const float* b, int64_t stride, int64_t k, int64_t n, float factor, float* packed);

/// Packs the transpose of b [n, k].
void packTransposed(const float* b, int64_t stride, int64_t k, int64_t n, float factor, float* packed);

/// c [m, n] += a [m, k] * b [k, n], with b packed; rows of a and c are lda and ldc apart.
void gemm(int64_t m, int64_t n, int64_t k, const float* a, int64_t lda, const float* packed, float* c, int64_t ldc);

/// exp to 2e-7 relative (Cephes' polynomial), in a form that compilers vectorise.
inline float fastExp(float x) {
  x = x > 88.f ? 88.f : x < -87.f ? -87.f : x;
  const float n = __builtin_rintf(x * 1.44269504f);
  const float r = x - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.f;
  return p * __builtin_bit_cast(float, (static_cast<int32_t>(n) + 127) << 23);
}

}  // namespace cardio
