// ATen sends float32 products to MKL, which on other makers' CPUs leaves half of their vector width unused (93 instead of 215 GFLOP/s on an
// AVX-512 EPYC); oneDNN, which is in LibTorch as well, does not. It is reached through the operator that ATen's compiler calls.
#include "matrix.h"

#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>

#include "gemm.h"

namespace cardio {
namespace {

constexpr int64_t kWorth = 1 << 20;  // multiplications that repay oneDNN's look-up of a plan

const Optional<c10::OperatorHandle>& linear() {
#if defined(__x86_64__)
  static const auto found = c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""});
#else
  static const Optional<c10::OperatorHandle> found;
#endif
  return found;
}

bool worthOneDnn(const Tensor& x, const Tensor& y) {
  return x.is_cpu() && x.scalar_type() == at::kFloat && y.scalar_type() == at::kFloat && y.size(1) >= 16 &&
         x.size(0) * x.size(1) * y.size(1) >= kWorth && linear().has_value();
}

constexpr int64_t kSmall = 1 << 18;  // multiplications that are done before a second thread has woken up

bool isSmall(const Tensor& x, const Tensor& y) {
  return x.is_cpu() && x.scalar_type() == at::kFloat && y.scalar_type() == at::kFloat && x.size(1) > 0 && y.size(1) > 0 &&
         x.size(0) * x.size(1) * y.size(1) <= kSmall && (y.stride(0) == 1 || y.stride(1) == 1);
}

/// On this thread alone.
Tensor smallProduct(const Tensor& x, const Tensor& y, const Optional<Tensor>& bias) {
  const int64_t m = x.size(0), k = x.size(1), n = y.size(1);
  const Tensor rows = x.stride(1) == 1 ? x : x.contiguous();
  Tensor z = bias ? at::empty({m, n}, x.options()) : at::zeros({m, n}, x.options());
  if (bias) z.copy_(*bias);
  static thread_local std::vector<float> packed;
  if (packed.size() < static_cast<size_t>(padded(n) * k)) packed.resize(padded(n) * k);
  if (y.stride(1) == 1)
    pack(y.data_ptr<float>(), y.stride(0), k, n, 1, packed.data());
  else
    packTransposed(y.data_ptr<float>(), y.stride(1), k, n, 1, packed.data());
  gemm(m, n, k, rows.data_ptr<float>(), rows.stride(0), packed.data(), z.data_ptr<float>(), n);
  return z;
}

/// Rows or columns without gaps: oneDNN has no fast way for others (a weight gradient took 755 ms instead of 4).
Tensor gapless(const Tensor& x) { return x.is_contiguous() || x.t().is_contiguous() ? x : x.contiguous(); }

}  // namespace

Tensor matrixProduct(const Tensor& x, const Tensor& y, const Optional<Tensor>& bias) {
  TORCH_CHECK(x.dim() == 2 && y.dim() == 2 && x.size(1) == y.size(0), "shapes cannot be multiplied (", x.size(0), "x", x.size(-1), " and ",
              y.size(0), "x", y.size(-1), ")");
  TORCH_CHECK(!bias || (bias->dim() == 1 && bias->size(0) == y.size(1)), "a bias of ", y.size(1), " numbers is needed");
  if (isSmall(x, y)) return smallProduct(x, y, bias);
  if (!worthOneDnn(x, y)) return bias ? at::addmm(*bias, x, y) : at::mm(x, y);
  torch::jit::Stack stack;
  stack.reserve(6);
  torch::jit::push(stack, gapless(x), gapless(y).t(), bias, "none", c10::List<Optional<at::Scalar>>(), Optional<std::string>());
  linear()->callBoxed(stack);
  return torch::jit::pop(stack).toTensor();
}

}  // namespace cardio
