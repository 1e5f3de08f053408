#include "composed.h"

#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/where.h>
#if __has_include(<ATen/ops/_fused_adamw.h>)
#include <ATen/ops/_fused_adamw.h>
#define CARDIO_FUSED_ADAMW
#endif

#include <algorithm>
#include <cmath>
#include <map>

namespace cardio {

using at::Tensor;

namespace {

constexpr int64_t kWord = 0xffffffff;

/// `mix` of dropout.h for 32-bit words in int64, in place. The second factor is taken less 2^32, so that no product leaves 63 bits.
void mixWords(Tensor& h) {
  h.bitwise_xor_(h.bitwise_right_shift(16)).mul_(int64_t{0x7feb352d}).bitwise_and_(kWord);
  h.bitwise_xor_(h.bitwise_right_shift(15)).mul_(int64_t{0x846ca68b} - kWord - 1).bitwise_and_(kWord);
  h.bitwise_xor_(h.bitwise_right_shift(16));
}

}  // namespace

Tensor composedMask(at::IntArrayRef shape, const DropoutKey& key, const at::TensorOptions& options) {
  constexpr int64_t piece = int64_t{1} << 24;  // words take eight bytes an element
  Tensor mask = at::empty(shape, options.dtype(at::kFloat));
  const Tensor flat = mask.view({-1}), zero = at::full({}, 0.f, mask.options()), kept = at::full({}, key.kept, mask.options());
  for (int64_t begin = 0; begin < flat.numel(); begin += piece) {
    const int64_t count = std::min(piece, flat.numel() - begin);
    Tensor h = at::arange(begin, begin + count, options.dtype(at::kLong));
    h.add_(static_cast<int64_t>(key.before)).bitwise_and_(kWord);
    mixWords(h);
    h.bitwise_xor_(static_cast<int64_t>(key.between));
    mixWords(h);
    flat.narrow(0, begin, count).copy_(at::where(h.lt(static_cast<int64_t>(key.threshold)), zero, kept));
  }
  return mask;
}

void composedAdamW(const std::vector<Tensor>& parameters, const std::vector<Tensor>& gradients, const std::vector<Tensor>& means,
                   const std::vector<Tensor>& variances, const std::vector<double>& decays, const AdamWRates& rates) {
  if (parameters.empty()) return;
  // scaled beside the gradients: the fused call would scale them in place, and JavaScript may still hold them
  const std::vector<Tensor> scaled = rates.gradientScale == 1 ? gradients : at::_foreach_mul(gradients, rates.gradientScale);
#ifdef CARDIO_FUSED_ADAMW
  struct Group {
    std::vector<Tensor> p, g, m, v;
  };
  std::map<double, Group> groups;
  for (size_t i = 0; i < parameters.size(); i++) {
    Group& group = groups[decays[i]];
    group.p.push_back(parameters[i]);
    group.g.push_back(scaled[i]);
    group.m.push_back(means[i]);
    group.v.push_back(variances[i]);
  }
  const Tensor step = at::full({}, rates.step, parameters[0].options());
  for (auto& [decay, group] : groups)
    at::_fused_adamw_(group.p, group.g, group.m, group.v, {}, std::vector<Tensor>(group.p.size(), step), rates.rate, rates.beta1,
                      rates.beta2, decay, rates.epsilon, false, false);
#else
  const double correction = std::sqrt(1 - std::pow(rates.beta2, rates.step));
  for (size_t i = 0; i < parameters.size(); i++) {
    const Tensor &m = means[i], &v = variances[i];
    m.mul_(rates.beta1).add_(scaled[i], 1 - rates.beta1);
    v.mul_(rates.beta2).addcmul_(scaled[i], scaled[i], 1 - rates.beta2);
    parameters[i].mul_(1 - rates.rate * decays[i]);
    parameters[i].addcdiv_(m, v.sqrt().div_(correction).add_(rates.epsilon), -rates.rate / (1 - std::pow(rates.beta1, rates.step)));
  }
#endif
}

}  // namespace cardio
