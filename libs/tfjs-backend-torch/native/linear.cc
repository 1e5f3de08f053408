// Matrix products.
#include <ATen/ops/add.h>
#include <ATen/ops/matmul.h>

#include "addon.h"
#include "matrix.h"

namespace cardio {
namespace {

Tensor product(Tensor x, Tensor y, const Optional<Tensor>& bias) {
  // [batch, m, k] x [1, k, n]: one product of [batch * m, k]
  if (x.dim() > 2 && y.numel() == y.size(-1) * y.size(-2) && x.is_contiguous()) y = y.reshape({y.size(-2), y.size(-1)});
  const bool one = y.dim() == 2 && (x.dim() == 2 || x.is_contiguous());
  if (!one) {
    const Tensor z = at::matmul(x, y);
    return bias ? at::add(z, *bias) : z;
  }
  Shape shape = x.sizes().vec();
  shape.back() = y.size(1);
  const bool inside = bias && bias->dim() == 1 && bias->size(0) == y.size(1) && x.scalar_type() == bias->scalar_type();
  const Tensor z = matrixProduct(x.dim() == 2 ? x : x.reshape({-1, x.size(-1)}), y, inside ? bias : none).reshape(shape);
  return bias && !inside ? at::add(z, *bias) : z;
}

/// matmul(a, b, transposeA, transposeB, bias?, activation?, slope?, alpha?)
napi_value matmul(Call& call) {
  Tensor x = call.tensor(0), y = call.tensor(1);
  auto bias = call.optional(4);
  const auto type = x.scalar_type();
  if (y.scalar_type() != type) y = y.to(type);
  if (call.environment.composed && type == at::kInt) {  // a GPU multiplies no integers; doubles hold their products
    x = x.to(at::kDouble);
    y = y.to(at::kDouble);
    if (bias) bias = bias->to(at::kDouble);
  }
  if (call.environment.bfloat16 && type == at::kFloat) {
    x = x.to(at::kBFloat16);
    y = y.to(at::kBFloat16);
    if (bias) bias = bias->to(at::kBFloat16);
  }
  if (call.flag(2)) x = x.transpose(-1, -2);
  if (call.flag(3)) y = y.transpose(-1, -2);
  const Tensor z = product(x, y, bias).to(type);
  return call.give(call.given(5) ? activated(z, call.integer(5), call.optional(6), call.given(7) ? call.number(7) : 0) : z);
}

}  // namespace

const std::vector<Entry>& linearEntries() {
  static const std::vector<Entry> entries = {{"matmul", matmul}};
  return entries;
}

}  // namespace cardio
