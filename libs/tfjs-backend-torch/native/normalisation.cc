// Layer norm and softmax, with their gradients, and batch norm in inference. What layer norm found out of its input stays with the output's
// handle.
#include <ATen/ops/_log_softmax.h>
#include <ATen/ops/_softmax.h>
#include <ATen/ops/add.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/native_layer_norm.h>
#include <ATen/ops/native_layer_norm_backward.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/sub.h>

#include "addon.h"

namespace cardio {
namespace {

/// normalise(x, mean, variance, offset?, scale?, epsilon)
napi_value normalise(Call& call) {
  const Tensor x = asFloat(call.tensor(0));
  const auto offset = call.optional(3), scale = call.optional(4);
  Tensor factor = at::rsqrt(at::add(asFloat(call.tensor(2)), call.number(5)));
  if (scale) factor = at::mul(factor, *scale);
  const Tensor y = at::mul(at::sub(x, call.tensor(1)), factor);
  return call.give(offset ? at::add(y, *offset) : y);
}

/// layerNorm(x, gamma, beta, epsilon) over the last axis
napi_value layerNorm(Call& call) {
  const Tensor& x = call.tensor(0);
  const auto [y, mean, inverse] =
      at::native_layer_norm(x, Shape{x.size(-1)}, call.tensor(1), call.tensor(2), call.number(3));
  return call.give(y, {mean, inverse});
}

/// layerNormGradient(dy, x, gamma, y, epsilon) -> [dx, dgamma, dbeta]
napi_value layerNormGradient(Call& call) {
  const Tensor& x = call.tensor(1);
  const Shape channels = {x.size(-1)};
  auto state = call.slot(3).state;
  if (state.size() != 2) {
    const auto again = at::native_layer_norm(x, channels, none, none, call.number(4));
    state = {std::get<1>(again), std::get<2>(again)};
  }
  // beta's values play no part in the gradient; gamma stands in for its shape
  const auto [dx, dgamma, dbeta] = at::native_layer_norm_backward(call.tensor(0), x, channels, state[0], state[1], call.tensor(2),
                                                                  call.tensor(2), {true, true, true});
  return call.give(std::vector<Tensor>{dx, dgamma, dbeta});
}

napi_value softmax(Call& call) { return call.give(at::_softmax(asFloat(call.tensor(0)), call.integer(1), false)); }
napi_value logSoftmax(Call& call) { return call.give(at::_log_softmax(asFloat(call.tensor(0)), call.integer(1), false)); }

}  // namespace

const std::vector<Entry>& normalisationEntries() {
  static const std::vector<Entry> entries = {
      {"normalise", normalise},
      {"layerNorm", layerNorm},
      {"layerNormGradient", layerNormGradient},
      {"softmax", softmax},
      {"logSoftmax", logSoftmax},
  };
  return entries;
}

}  // namespace cardio
