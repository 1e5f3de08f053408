// Forms that libtorch's own autograd differentiates: for LSTM and attention each device has forward calls and backward calls of its own
// (cuDNN, flash, memory-efficient), and only autograd knows which belong together.
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/lstm.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#if __has_include(<ATen/ops/scaled_dot_product_attention.h>)
#include <ATen/ops/scaled_dot_product_attention.h>
#define CARDIO_ATTENTION
#endif
#if __has_include(<ATen/ops/_use_cudnn_rnn_flatten_weight.h>)
#include <ATen/ops/_cudnn_rnn_flatten_weight.h>
#include <ATen/ops/_use_cudnn_rnn_flatten_weight.h>
#define CARDIO_CUDNN_WEIGHTS
#endif

#include <stdexcept>

#include "composed.h"

namespace cardio {

using at::Tensor;

namespace {

Tensor asFloat(const Tensor& x) { return x.scalar_type() == at::kFloat ? x : x.to(at::kFloat); }

/// A tensor that autograd may record, over the same memory: what was made in inference mode may not be.
Tensor recordable(const Tensor& x) {
  Tensor leaf = at::empty({0}, x.options());
  leaf.set_(x.storage(), x.storage_offset(), x.sizes(), x.strides());
  return leaf;
}

std::vector<Tensor> gradientsOf(const Tensor& y, const std::vector<Tensor>& leaves, const Tensor& dy) {
  if (!y.requires_grad()) throw std::logic_error("the output has no record");
  return torch::autograd::grad({y}, leaves, {recordable(dy)}, true);  // the record may be asked again
}

}  // namespace

std::vector<Tensor> composedLstm(const Tensor& x, const std::vector<Tensor>& weights, bool reverse, bool bfloat16) {
  const c10::InferenceMode off(false);
  const auto type = bfloat16 ? at::kBFloat16 : at::kFloat;
  const int64_t hidden = weights[1].size(0), directions = static_cast<int64_t>(weights.size() / 3);
  // cuDNN's order: [4H, I], [4H, H], and two biases of which one is enough
  std::vector<Tensor> flat;
  for (int64_t d = 0; d < directions; d++) {
    for (int64_t k = 0; k < 2; k++) flat.push_back(weights[3 * d + k].t().to(type).clone(at::MemoryFormat::Contiguous));
    flat.push_back(weights[3 * d + 2].reshape({-1}).to(type).clone());
    flat.push_back(at::zeros({4 * hidden}, flat.back().options()));
  }
#ifdef CARDIO_CUDNN_WEIGHTS
  // moves the weights into one block, as nn.LSTM.flatten_parameters does; 2: an LSTM
  if (x.is_cuda() && at::_use_cudnn_rnn_flatten_weight())
    at::_cudnn_rnn_flatten_weight(flat, 4, x.size(2), 2, hidden, 0, 1, false, directions == 2);
#endif
  Tensor input = x.transpose(0, 1).to(type).clone(at::MemoryFormat::Contiguous);
  std::vector<Tensor> leaves = {input.requires_grad_()};
  for (size_t k = 0; k < flat.size(); k++)
    if (k % 4 != 3) leaves.push_back(flat[k].requires_grad_());

  const Tensor state = at::zeros({directions, x.size(0), hidden}, input.options());
  const bool backwards = reverse && directions == 1;
  Tensor y = std::get<0>(at::lstm(backwards ? at::flip(input, {0}) : input, {state, state}, flat, true, 1, 0.0, true,
                                  directions == 2, false));
  if (backwards) y = at::flip(y, {0});
  leaves.insert(leaves.begin(), asFloat(y));
  return leaves;
}

std::vector<Tensor> composedLstmGradient(const Tensor& dy, const std::vector<Tensor>& record) {
  const c10::InferenceMode off(false);
  const Tensor turned = dy.transpose(0, 1).clone(at::MemoryFormat::Contiguous);
  auto gradients = gradientsOf(record[0], {record.begin() + 1, record.end()}, turned);
  for (size_t k = 0; k < gradients.size(); k++) {
    gradients[k] = asFloat(gradients[k]);
    if (k == 0) gradients[k] = gradients[k].transpose(0, 1);
    else if (k % 3 != 0) gradients[k] = gradients[k].t();
  }
  return gradients;
}

std::vector<Tensor> composedAttention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& bias, double scale,
                                      bool bfloat16) {
#ifdef CARDIO_ATTENTION
  const c10::InferenceMode off(false);
  const auto type = bfloat16 ? at::kBFloat16 : at::kFloat;
  std::vector<Tensor> leaves;
  for (const Tensor& x : {q, k, v, bias})
    if (x.defined()) leaves.push_back(recordable(x).requires_grad_());
  std::optional<Tensor> mask;
  if (bias.defined()) mask = leaves[3].to(type).unsqueeze(0);
  const Tensor y =
      at::scaled_dot_product_attention(leaves[0].to(type), leaves[1].to(type), leaves[2].to(type), mask, 0.0, false, scale);
  leaves.insert(leaves.begin(), asFloat(y));
  return leaves;
#else
  return {};
#endif
}

std::vector<Tensor> composedAttentionGradient(const Tensor& dout, const std::vector<Tensor>& record) {
  const c10::InferenceMode off(false);
  return gradientsOf(record[0], {record.begin() + 1, record.end()}, dout);
}

}  // namespace cardio
