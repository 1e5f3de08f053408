// Batch norm, layer norm and softmax, with their gradients. The statistics of the forward pass stay with the output's handle.
#include <ATen/ops/_log_softmax.h>
#include <ATen/ops/_softmax.h>
#include <ATen/ops/add.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/native_batch_norm.h>
#include <ATen/ops/native_batch_norm_backward.h>
#include <ATen/ops/native_layer_norm.h>
#include <ATen/ops/native_layer_norm_backward.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/var.h>

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

/// ATen wants the channels second; [batch, space, channels] passes as a channels-last image, without a copy.
Tensor channelsSecond(const Tensor& x) {
  if (x.dim() == 4) return x.permute({0, 3, 1, 2});
  if (x.dim() == 2) return x;
  const Tensor image = x.reshape({x.dim() > 1 ? x.size(0) : 1, 1, -1, x.size(-1)});
  return image.permute({0, 3, 1, 2});
}
Tensor channelsLast(const Tensor& y, const Tensor& like) {
  if (like.dim() == 2) return y;
  return y.permute({0, 2, 3, 1}).reshape(like.sizes());
}

/// batchNorm(x, gamma, beta, epsilon): statistics over all axes but the last
napi_value batchNorm(Call& call) {
  const Tensor& x = call.tensor(0);
  if (x.dim() < 2) throw std::invalid_argument("x needs at least two axes");
  const auto [y, mean, inverse] = at::native_batch_norm(channelsSecond(x), call.tensor(1), call.tensor(2), std::nullopt,
                                                        std::nullopt, true, 0.0, call.number(3));
  const Tensor variance = at::sub(at::pow(inverse, -2), call.number(3));
  return call.give(channelsLast(y, x), {mean, inverse, variance});
}

/// The mean and the inverse deviation of each channel, where the output did not keep them.
std::pair<Tensor, Tensor> moments(const Tensor& x, double epsilon) {
  const Tensor rows = x.reshape({-1, x.size(-1)});
  const Tensor variance = at::var(rows, at::IntArrayRef({0}), false);
  return {at::mean(rows, at::IntArrayRef({0})), at::rsqrt(at::add(variance, epsilon))};
}

/// batchNormMoments(y) -> [mean, variance] (biased) of x, from what y kept
napi_value batchNormMoments(Call& call) {
  const auto& state = call.slot(0).state;
  if (state.size() != 3) throw std::invalid_argument("the tensor is no output of a batch norm");
  return call.give(std::vector<Tensor>{state[0], state[2]});
}

/// batchNormGradient(dy, x, gamma, y, epsilon) -> [dx, dgamma, dbeta]
napi_value batchNormGradient(Call& call) {
  const Tensor& x = call.tensor(1);
  const auto& state = call.slot(3).state;
  const auto [mean, inverse] = state.size() == 3 ? std::pair(state[0], state[1]) : moments(x, call.number(4));
  const auto [dx, dgamma, dbeta] =
      at::native_batch_norm_backward(channelsSecond(call.tensor(0)), channelsSecond(x), call.tensor(2), std::nullopt, std::nullopt,
                                     mean, inverse, true, call.number(4), {true, true, true});
  return call.give(std::vector<Tensor>{channelsLast(dx, x), dgamma, dbeta});
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
    const auto again = at::native_layer_norm(x, channels, std::nullopt, std::nullopt, call.number(4));
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
      {"batchNorm", batchNorm},
      {"batchNormMoments", batchNormMoments},
      {"batchNormGradient", batchNormGradient},
      {"layerNorm", layerNorm},
      {"layerNormGradient", layerNormGradient},
      {"softmax", softmax},
      {"logSoftmax", logSoftmax},
  };
  return entries;
}

}  // namespace cardio
