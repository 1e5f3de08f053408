// Kernels that move values and compute nothing. Most give views of the same memory.
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include "addon.h"

namespace cardio {
namespace {

napi_value reshape(Call& call) { return call.give(call.tensor(0).reshape(call.integers(1))); }
napi_value permute(Call& call) { return call.give(call.tensor(0).permute(call.integers(1))); }
napi_value expand(Call& call) { return call.give(call.tensor(0).expand(call.integers(1))); }
napi_value flip(Call& call) { return call.give(at::flip(call.tensor(0), call.integers(1))); }
napi_value tile(Call& call) { return call.give(call.tensor(0).repeat(call.integers(1))); }
napi_value concat(Call& call) { return call.give(at::cat(call.tensors(0), call.integer(1))); }
napi_value stack(Call& call) { return call.give(at::stack(call.tensors(0), call.integer(1))); }

/// pad(x, [before0, after0, before1, …], value)
napi_value pad(Call& call) {
  const Shape amounts = call.integers(1);
  Shape reversed;  // ATen starts at the last axis
  for (int64_t axis = static_cast<int64_t>(amounts.size()) / 2 - 1; axis >= 0; axis--) {
    reversed.push_back(amounts[2 * axis]);
    reversed.push_back(amounts[2 * axis + 1]);
  }
  return call.give(at::constant_pad_nd(call.tensor(0), reversed, call.number(2)));
}

/// slice(x, begin, size)
napi_value slice(Call& call) {
  Tensor x = call.tensor(0);
  const Shape begin = call.integers(1), size = call.integers(2);
  if (static_cast<int64_t>(begin.size()) != x.dim() || size.size() != begin.size())
    throw std::invalid_argument("begin and size need one number for each axis");
  for (size_t axis = 0; axis < begin.size(); axis++) x = x.narrow(static_cast<int64_t>(axis), begin[axis], size[axis]);
  return call.give(x);
}

/// stridedSlice(x, begin, strides, size): strides may be negative
napi_value stridedSlice(Call& call) {
  Tensor x = call.tensor(0);
  const Shape begin = call.integers(1), strides = call.integers(2), size = call.integers(3);
  for (size_t i = 0; i < begin.size(); i++) {
    const int64_t axis = static_cast<int64_t>(i), stride = strides[i], n = size[i];
    if (n == 0) {
      x = x.narrow(axis, 0, 0);
    } else if (stride > 0) {
      x = x.slice(axis, begin[i], begin[i] + (n - 1) * stride + 1, stride);
    } else {
      const int64_t last = begin[i] + (n - 1) * stride;
      x = at::flip(x.slice(axis, last, begin[i] + 1, -stride), {axis});
    }
  }
  return call.give(x);
}

/// split(x, sizes, axis)
napi_value split(Call& call) {
  std::vector<Tensor> parts;
  int64_t begin = 0;
  for (int64_t size : call.integers(1)) {
    parts.push_back(call.tensor(0).narrow(call.integer(2), begin, size));
    begin += size;
  }
  return call.give(parts);
}

/// unstack(x, axis)
napi_value unstack(Call& call) { return call.give(call.tensor(0).unbind(call.integer(1))); }

}  // namespace

const std::vector<Entry>& shapeEntries() {
  static const std::vector<Entry> entries = {
      {"reshape", reshape}, {"permute", permute}, {"expand", expand},           {"flip", flip},   {"tile", tile},
      {"concat", concat},   {"stack", stack},     {"pad", pad},                 {"slice", slice}, {"stridedSlice", stridedSlice},
      {"split", split},     {"unstack", unstack},
  };
  return entries;
}

}  // namespace cardio
