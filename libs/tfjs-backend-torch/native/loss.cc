// Cross-entropies from logits, with their gradients.
#include <ATen/ops/_log_softmax.h>
#include <ATen/ops/_softmax.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/neg.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/sum.h>
#include <ATen/core/Reduction.h>

#include "addon.h"

namespace cardio {
namespace {

/// softmaxCrossEntropy(logits [B, K], labels [B, K]) -> [B]
napi_value softmaxCrossEntropy(Call& call) {
  const Tensor logs = at::_log_softmax(asFloat(call.tensor(0)), -1, false);
  return call.give(at::neg(at::sum(at::mul(logs, call.tensor(1)), Shape{-1})));
}

/// softmaxCrossEntropyGradient(dloss [B], logits, labels); labels need not sum to one
napi_value softmaxCrossEntropyGradient(Call& call) {
  const Tensor labels = asFloat(call.tensor(2));
  const Tensor p = at::_softmax(asFloat(call.tensor(1)), -1, false);
  const Tensor d = at::sub(at::mul(p, at::sum(labels, Shape{-1}, true)), labels);
  return call.give(at::mul(d, call.tensor(0).unsqueeze(-1)));
}

/// sigmoidCrossEntropy(logits, labels), for each element
napi_value sigmoidCrossEntropy(Call& call) {
  return call.give(at::binary_cross_entropy_with_logits(asFloat(call.tensor(0)), asFloat(call.tensor(1)), none, none,
                                                        at::Reduction::None));
}

/// sigmoidCrossEntropyGradient(dloss, logits, labels)
napi_value sigmoidCrossEntropyGradient(Call& call) {
  return call.give(at::mul(at::sub(at::sigmoid(asFloat(call.tensor(1))), call.tensor(2)), call.tensor(0)));
}

}  // namespace

const std::vector<Entry>& lossEntries() {
  static const std::vector<Entry> entries = {
      {"softmaxCrossEntropy", softmaxCrossEntropy},
      {"softmaxCrossEntropyGradient", softmaxCrossEntropyGradient},
      {"sigmoidCrossEntropy", sigmoidCrossEntropy},
      {"sigmoidCrossEntropyGradient", sigmoidCrossEntropyGradient},
  };
  return entries;
}

}  // namespace cardio
