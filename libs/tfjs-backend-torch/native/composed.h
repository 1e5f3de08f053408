// Kernels composed of ATen's calls alone, which run on any device: what a GPU takes in the place of our loops for the CPU. A test runs them
// on the CPU too (`configure`, device 2).
#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

#include "dropout.h"

namespace cardio {

/// The factors of dropout for a shape, made on a device; bit for bit those of {@link dropoutMask}.
at::Tensor composedMask(at::IntArrayRef shape, const DropoutKey& key, const at::TensorOptions& options);

struct AdamWRates {
  double rate, beta1, beta2, epsilon, step, gradientScale;
};

/// One step of AdamW in place, fused over all tensors of one weight decay. All are float32, each four of the same strides.
void composedAdamW(const std::vector<at::Tensor>& parameters, const std::vector<at::Tensor>& gradients,
                   const std::vector<at::Tensor>& means, const std::vector<at::Tensor>& variances, const std::vector<double>& decays,
                   const AdamWRates& rates);

/// An LSTM as ATen runs it (cuDNN on a GPU), recorded for its gradient.
/// x [B, T, I]; for each direction kernel [I, 4H], recurrent kernel [H, 4H] and bias [4H].
/// Returns y [T, B, directions * H] with its record, then x and the weights that the record is of.
std::vector<at::Tensor> composedLstm(const at::Tensor& x, const std::vector<at::Tensor>& weights, bool reverse, bool bfloat16);

/// [dx [B, T, I], (dkernel, drecurrent, dbias) of each direction] for dy [B, T, directions * H], from what composedLstm returned.
std::vector<at::Tensor> composedLstmGradient(const at::Tensor& dy, const std::vector<at::Tensor>& record);

/// Attention without dropout as ATen runs it (flash, memory-efficient or plain, as fits the device), recorded for its gradient.
/// q, k, v [B, N, T, D]; bias [N, T, T] or undefined. Returns the output with its record, then the inputs that the record is of; nothing
/// where this LibTorch has no such call.
std::vector<at::Tensor> composedAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& bias,
                                          double scale, bool bfloat16);

/// [dq, dk, dv(, dbias)]
std::vector<at::Tensor> composedAttentionGradient(const at::Tensor& dout, const std::vector<at::Tensor>& record);

}  // namespace cardio
