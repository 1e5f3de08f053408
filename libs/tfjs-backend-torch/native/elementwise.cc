// Elementwise kernels. tfjs wants the result in the type of the first argument, and computes with booleans as with 0 and 1.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cmath>

#include "addon.h"
#include "dispatch.h"

#pragma GCC optimize("O3")

namespace cardio {
namespace {

Tensor counted(const Tensor& x) { return x.scalar_type() == at::kBool ? x.to(at::kInt) : x; }
Tensor typed(const Tensor& y, const Tensor& like) { return y.scalar_type() == like.scalar_type() ? y : y.to(like.scalar_type()); }
bool integral(const Tensor& x) { return x.scalar_type() == at::kInt; }

template <typename F>
napi_value unary(Call& call, F compute) {
  const Tensor& x = call.tensor(0);
  return call.give(typed(compute(counted(x)), x));
}

template <typename F>
napi_value binary(Call& call, F compute) {
  const Tensor &x = call.tensor(0), &y = call.tensor(1);
  return call.give(typed(compute(counted(x), counted(y)), x));
}

// JavaScript turns the infinities and NaNs of an integer division by zero into 0.
template <typename F>
Tensor divided(const Tensor& x, const Tensor& y, F compute) {
  if (!integral(x) || !integral(y)) return compute(x, y);
  const Tensor zero = at::eq(y, 0);
  return at::masked_fill(compute(x, at::masked_fill(y, zero, 1)), zero, 0);
}

Tensor power(const Tensor& x, const Tensor& y) {
  return integral(x) ? at::pow(x.to(at::kDouble), y.to(at::kDouble)) : at::pow(x, y);
}

CARDIO_WIDE void stepLoop(const float* x, float* y, int64_t begin, int64_t end, float alpha) {
  for (int64_t i = begin; i < end; i++) y[i] = x[i] > 0 ? 1.f : x[i] <= 0 ? alpha : x[i];
}

Tensor step(const Tensor& x, double alpha) {
  if (x.is_cpu() && x.scalar_type() == at::kFloat && x.is_non_overlapping_and_dense()) {
    Tensor y = at::empty_like(x);
    const float* from = x.data_ptr<float>();
    float* to = y.data_ptr<float>();
    at::parallel_for(0, x.numel(), 1 << 15,
                     [&](int64_t begin, int64_t end) { stepLoop(from, to, begin, end, static_cast<float>(alpha)); });
    return y;
  }
  const Tensor y = at::where(at::gt(x, 0), at::ones({}, x.options()), at::full({}, alpha, x.options()));
  return integral(x) ? y : at::where(at::isnan(x), x, y);
}

/// A limit in the range of the tensor's type: tfjs clips to the range of doubles.
at::Scalar limit(const Tensor& x, double value) {
  if (!integral(x)) return static_cast<float>(std::abs(value) > 3.402823e38 ? std::copysign(INFINITY, value) : value);
  return static_cast<int64_t>(std::max(-2147483648.0, std::min(2147483647.0, value)));
}

Tensor eluGradient(const Tensor& dy, const Tensor& y) {
  return at::where(at::ge(y, 0), dy, at::mul(dy, at::add(y, 1)));
}

}  // namespace

Tensor activated(Tensor x, int64_t code, const Optional<Tensor>& slope, double alpha) {
  switch (code) {
    case 0: return x;
    case 1: return at::relu_(x);
    case 2: return at::clamp_(x, 0, 6);
    case 3: return at::elu_(x);
    case 4: return at::sigmoid_(x);
    case 5: return at::leaky_relu_(x, alpha);
    case 6:
      if (!slope) throw std::invalid_argument("prelu needs its weights");
      return at::where(at::ge(x, 0), x, at::mul(x, *slope));
    case 7: return at::tanh_(x);
    default: throw std::invalid_argument("unknown activation");
  }
}

#define UNARY(name, expression) \
  {#name, [](Call& call) { return unary(call, [](const Tensor& x) { return expression; }); }}
#define TEST(name, expression) {#name, [](Call& call) { const Tensor x = counted(call.tensor(0)); return call.give(expression); }}
#define BINARY(name, expression) \
  {#name, [](Call& call) { return binary(call, [](const Tensor& x, const Tensor& y) { return expression; }); }}
#define COMPARE(name) {#name, [](Call& call) { return call.give(at::name(call.tensor(0), call.tensor(1))); }}

const std::vector<Entry>& elementwiseEntries() {
  static const std::vector<Entry> entries = {
      UNARY(abs, at::abs(x)), UNARY(acos, at::acos(x)), UNARY(acosh, at::acosh(x)), UNARY(asin, at::asin(x)),
      UNARY(asinh, at::asinh(x)), UNARY(atan, at::atan(x)), UNARY(atanh, at::atanh(x)), UNARY(ceil, at::ceil(x)),
      UNARY(cos, at::cos(x)), UNARY(cosh, at::cosh(x)), UNARY(elu, at::elu(asFloat(x))), UNARY(erf, at::erf(x)),
      UNARY(expm1, at::expm1(x)), UNARY(floor, at::floor(x)), UNARY(log, at::log(x)),
      UNARY(log1p, at::log1p(x)), UNARY(neg, at::neg(x)), UNARY(reciprocal, at::reciprocal(x)), UNARY(relu, at::relu(x)),
      UNARY(relu6, at::clamp(x, 0, 6)), UNARY(round, at::round(x)), UNARY(rsqrt, at::rsqrt(x)),
      UNARY(selu, at::selu(asFloat(x))), UNARY(sigmoid, at::sigmoid(x)), UNARY(sign, at::sign(x)), UNARY(sin, at::sin(x)),
      UNARY(sinh, at::sinh(x)), UNARY(softplus, at::softplus(asFloat(x))), UNARY(sqrt, at::sqrt(x)),
      UNARY(square, at::square(x)), UNARY(tan, at::tan(x)), UNARY(tanh, at::tanh(x)),
      {"exp", [](Call& call) { return call.give(at::exp(asFloat(call.tensor(0)))); }},  // float32 whatever comes
      {"zerosLike", [](Call& call) { return call.give(at::zeros_like(call.tensor(0))); }},
      {"onesLike", [](Call& call) { return call.give(at::ones_like(call.tensor(0))); }},
      TEST(isfinite, at::isfinite(x)), TEST(isinf, at::isinf(x)), TEST(isnan, at::isnan(x)),
      TEST(logicalNot, at::logical_not(x)),
      BINARY(add, at::add(x, y)), BINARY(sub, at::sub(x, y)), BINARY(mul, at::mul(x, y)), BINARY(div, at::div(x, y)),
      BINARY(maximum, at::maximum(x, y)), BINARY(minimum, at::minimum(x, y)), BINARY(pow, power(x, y)),
      BINARY(squaredDifference, at::square(at::sub(x, y))), BINARY(atan2, at::atan2(x, y)),
      BINARY(floorDiv, divided(x, y, [](const Tensor& a, const Tensor& b) { return at::div(a, b, "floor"); })),
      BINARY(mod, divided(x, y, [](const Tensor& a, const Tensor& b) { return at::remainder(a, b); })),
      BINARY(bitwiseAnd, at::bitwise_and(x, y)),
      COMPARE(eq), COMPARE(ne), COMPARE(gt), COMPARE(ge), COMPARE(lt), COMPARE(le),
      {"logicalAnd", [](Call& call) { return call.give(at::logical_and(call.tensor(0), call.tensor(1))); }},
      {"logicalOr", [](Call& call) { return call.give(at::logical_or(call.tensor(0), call.tensor(1))); }},
      {"step", [](Call& call) { return unary(call, [&](const Tensor& x) { return step(x, call.number(1)); }); }},
      {"prelu",
       [](Call& call) {
         const Tensor x = asFloat(call.tensor(0));
         return call.give(at::where(at::ge(x, 0), x, at::mul(x, call.tensor(1))));
       }},
      {"leakyRelu", [](Call& call) { return call.give(at::leaky_relu(asFloat(call.tensor(0)), call.number(1))); }},
      {"clip",
       [](Call& call) {
         return unary(call, [&](const Tensor& x) { return at::clamp(x, limit(x, call.number(1)), limit(x, call.number(2))); });
       }},
      {"eluGradient", [](Call& call) { return call.give(eluGradient(call.tensor(0), call.tensor(1))); }},
      {"reluGradient", [](Call& call) { return call.give(at::threshold_backward(call.tensor(0), call.tensor(1), 0)); }},
      {"select",
       [](Call& call) {
         return call.give(at::where(call.tensor(0).to(at::kBool), call.tensor(1), call.tensor(2)));
       }},
      {"cast", [](Call& call) { return call.give(call.tensor(0).to(call.type(1))); }},
      {"gelu", [](Call& call) { return call.give(at::gelu(call.tensor(0), call.flag(1) ? "tanh" : "none")); }},
      {"geluGradient",
       [](Call& call) {
         return call.give(at::gelu_backward(call.tensor(0), call.tensor(1), call.flag(2) ? "tanh" : "none"));
       }},
  };
  return entries;
}

}  // namespace cardio
