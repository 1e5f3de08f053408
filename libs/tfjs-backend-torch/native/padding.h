// What convolutions and pools do with padding that ATen can't do itself.
#pragma once
#include <ATen/ops/constant_pad_nd.h>

#include <algorithm>

#include "addon.h"

namespace cardio {

/// The gradient [batch, channel, space] of an explicitly padded input, cut back to the input's own lengths; where the last inputs were
/// out of reach (negative padding) it is zero.
inline Tensor croppedToInputs(Tensor dx, const Shape& befores, const Shape& afters, const Shape& inputs) {
  for (size_t i = 0; i < inputs.size(); i++) {
    const auto axis = static_cast<int64_t>(2 + i);
    if (befores[i] < 0 || afters[i] < 0) {
      Shape amounts(2 * dx.dim(), 0);
      int64_t* sides = amounts.data() + 2 * (dx.dim() - 1 - axis);
      sides[0] = std::max<int64_t>(0, -befores[i]);
      sides[1] = std::max<int64_t>(0, -afters[i]);
      dx = at::constant_pad_nd(dx, amounts, 0);
    }
    dx = dx.narrow(axis, std::max<int64_t>(0, befores[i]), inputs[i]);
  }
  return dx;
}

}  // namespace cardio
