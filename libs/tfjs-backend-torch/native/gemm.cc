#include "gemm.h"

#pragma GCC optimize("O3")

namespace cardio {
namespace {

typedef float Wide __attribute__((vector_size(64)));
typedef float Half __attribute__((vector_size(32)));

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/// R rows of N vectors: held in registers while k runs. Memory is read and written through memcpy because it need not be aligned.
template <typename V, int R, int N>
ALWAYS_INLINE void tile(int64_t k, const float* a, int64_t lda, const float* b, float* c, int64_t ldc) {
  constexpr int width = sizeof(V) / sizeof(float);
  V sums[R][N];
#pragma GCC unroll 8
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int n = 0; n < N; n++) std::memcpy(&sums[r][n], c + r * ldc + n * width, sizeof(V));
  for (int64_t i = 0; i < k; i++) {
    V values[N];
#pragma GCC unroll 8
    for (int n = 0; n < N; n++) std::memcpy(&values[n], b + i * kPanel + n * width, sizeof(V));
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) {
      const float s = a[r * lda + i];
#pragma GCC unroll 8
      for (int n = 0; n < N; n++) sums[r][n] += s * values[n];
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; r++)
#pragma GCC unroll 8
    for (int n = 0; n < N; n++) std::memcpy(c + r * ldc + n * width, &sums[r][n], sizeof(V));
}

/// R rows of a whole panel; `columns` of them are real, the others go to a spare place.
template <typename V, int R, int N>
ALWAYS_INLINE void rows(int64_t k, const float* a, int64_t lda, const float* b, float* c, int64_t ldc, int64_t columns) {
  constexpr int64_t step = N * sizeof(V) / sizeof(float);
  if (columns >= kPanel) {
    for (int64_t j = 0; j < kPanel; j += step) tile<V, R, N>(k, a, lda, b + j, c + j, ldc);
    return;
  }
  float spare[R * kPanel] = {};
  for (int r = 0; r < R; r++) std::memcpy(spare + r * kPanel, c + r * ldc, columns * sizeof(float));
  for (int64_t j = 0; j < columns; j += step) tile<V, R, N>(k, a, lda, b + j, spare + j, kPanel);
  for (int r = 0; r < R; r++) std::memcpy(c + r * ldc, spare + r * kPanel, columns * sizeof(float));
}

template <typename V, int N>
ALWAYS_INLINE void product(int64_t m, int64_t n, int64_t k, const float* a, int64_t lda, const float* b, float* c, int64_t ldc) {
  for (int64_t j = 0; j < n; j += kPanel) {
    const float* panel = b + j * k;
    int64_t i = 0;
    for (; i + 6 <= m; i += 6) rows<V, 6, N>(k, a + i * lda, lda, panel, c + i * ldc + j, ldc, n - j);
    const float* rest = a + i * lda;
    float* out = c + i * ldc + j;
    switch (m - i) {
      case 5: rows<V, 5, N>(k, rest, lda, panel, out, ldc, n - j); break;
      case 4: rows<V, 4, N>(k, rest, lda, panel, out, ldc, n - j); break;
      case 3: rows<V, 3, N>(k, rest, lda, panel, out, ldc, n - j); break;
      case 2: rows<V, 2, N>(k, rest, lda, panel, out, ldc, n - j); break;
      case 1: rows<V, 1, N>(k, rest, lda, panel, out, ldc, n - j); break;
    }
  }
}

using Product = void (*)(int64_t, int64_t, int64_t, const float*, int64_t, const float*, float*, int64_t);

void productAnywhere(int64_t m, int64_t n, int64_t k, const float* a, int64_t lda, const float* b, float* c, int64_t ldc) {
  product<Half, 2>(m, n, k, a, lda, b, c, ldc);
}

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target("avx2,fma"))) void productAvx2(int64_t m, int64_t n, int64_t k, const float* a, int64_t lda, const float* b,
                                                     float* c, int64_t ldc) {
  product<Half, 2>(m, n, k, a, lda, b, c, ldc);
}
__attribute__((target("avx512f,avx2,fma"))) void productAvx512(int64_t m, int64_t n, int64_t k, const float* a, int64_t lda,
                                                               const float* b, float* c, int64_t ldc) {
  product<Wide, 4>(m, n, k, a, lda, b, c, ldc);
}
Product chosen() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) return productAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return productAvx2;
  return productAnywhere;
}
#else
Product chosen() { return productAnywhere; }
#endif

const Product best = chosen();

}  // namespace

void gemm(int64_t m, int64_t n, int64_t k, const float* a, int64_t lda, const float* packed, float* c, int64_t ldc) {
  best(m, n, k, a, lda, packed, c, ldc);
}

void pack(const float* b, int64_t stride, int64_t k, int64_t n, float factor, float* packed) {
  for (int64_t j = 0; j < n; j += kPanel) {
    const int64_t columns = n - j < kPanel ? n - j : kPanel;
    for (int64_t i = 0; i < k; i++) {
      float* row = packed + j * k + i * kPanel;
      for (int64_t c = 0; c < columns; c++) row[c] = b[i * stride + j + c] * factor;
      for (int64_t c = columns; c < kPanel; c++) row[c] = 0;
    }
  }
}

void packTransposed(const float* b, int64_t stride, int64_t k, int64_t n, float factor, float* packed) {
  for (int64_t j = 0; j < n; j += kPanel) {
    const int64_t columns = n - j < kPanel ? n - j : kPanel;
    float* panel = packed + j * k;
    if (columns < kPanel) std::memset(panel, 0, k * kPanel * sizeof(float));
    for (int64_t c = 0; c < columns; c++)
      for (int64_t i = 0; i < k; i++) panel[i * kPanel + c] = b[(j + c) * stride + i] * factor;
  }
}

}  // namespace cardio
