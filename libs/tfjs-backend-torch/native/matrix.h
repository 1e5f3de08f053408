// Products of two matrices in float32 or bfloat16, by the fastest library at hand.
#pragma once

#include "addon.h"

namespace cardio {

/// x [M, K] times y [K, N], plus bias [N]: any strides, one dtype.
Tensor matrixProduct(const Tensor& x, const Tensor& y, const Optional<Tensor>& bias = none);

}  // namespace cardio
