// Gather, scatter and interpolation: kernels that read or write at computed places.
#include <ATen/ATen.h>

#include "addon.h"

namespace cardio {
namespace {

Tensor indexTensor(const Shape& indices, const Tensor& like) {
  return at::tensor(indices, at::TensorOptions(at::kLong)).to(like.device());
}

void checkRange(const Tensor& indices, int64_t size) {
  const Tensor outside = at::logical_or(at::lt(indices, 0), at::ge(indices, size));
  if (!outside.any().item<bool>()) return;
  const int64_t first = at::masked_select(indices, outside)[0].item<int64_t>();
  throw std::invalid_argument("the index value " + std::to_string(first) + " is not in [0, " + std::to_string(size - 1) + "]");
}

/// gather(x [batch, outer, size, inner], indices [batch, n]) -> [batch, outer, n, inner]
napi_value gather(Call& call) {
  const Tensor &x = call.tensor(0), indices = call.tensor(1).to(at::kLong);
  checkRange(indices, x.size(2));
  if (x.size(0) == 1) return call.give(at::index_select(x, 2, indices.reshape({-1})));
  const int64_t n = indices.size(1);
  return call.give(at::gather(x, 2, indices.reshape({x.size(0), 1, n, 1}).expand({x.size(0), x.size(1), n, x.size(3)})));
}

/// Rows of a matrix [places, inner] for indices [n, depth] into the leading axes.
Tensor flatIndices(const Tensor& indices, const Shape& leading) {
  Tensor flat = at::zeros({indices.size(0)}, indices.options().dtype(at::kLong));
  for (size_t d = 0; d < leading.size(); d++) {
    const Tensor part = indices.select(1, static_cast<int64_t>(d)).to(at::kLong);
    checkRange(part, leading[d]);
    flat = flat * leading[d] + part;
  }
  return flat;
}

/// gatherRows(x [places, inner], indices [n, depth], leading axes) -> [n, inner]
napi_value gatherRows(Call& call) {
  return call.give(at::index_select(call.tensor(0), 0, flatIndices(call.tensor(1), call.integers(2))));
}

/// scatterRows(x [places, inner], indices [n, depth], updates [n, inner], leading axes, add)
napi_value scatterRows(Call& call) {
  const Tensor flat = flatIndices(call.tensor(1), call.integers(3));
  Tensor y = call.tensor(0).clone();
  if (call.flag(4)) return call.give(y.index_add_(0, flat, call.tensor(2).to(y.scalar_type())));
  return call.give(y.index_copy_(0, flat, call.tensor(2).to(y.scalar_type())));
}

/// segmentSum(x [n, …], ids [n], segments): ids outside [0, segments) are left out
napi_value segmentSum(Call& call) {
  const Tensor& x = call.tensor(0);
  const int64_t segments = call.integer(2);
  Tensor ids = call.tensor(1).to(at::kLong);
  ids = at::where(at::logical_or(at::lt(ids, 0), at::ge(ids, segments)), at::full({}, segments, ids.options()), ids);
  Shape shape = x.sizes().vec();
  shape[0] = segments + 1;
  return call.give(at::zeros(shape, x.options()).index_add_(0, ids, x).narrow(0, 0, segments));
}

/// oneHot(indices, depth, on, off, type)
napi_value oneHot(Call& call) {
  const Tensor& indices = call.tensor(0);
  const Tensor hit = at::eq(indices.unsqueeze(-1), at::arange(call.integer(1), indices.options().dtype(at::kInt)));
  const auto options = indices.options().dtype(call.type(4));
  return call.give(at::where(hit, at::full({}, call.number(2), options), at::full({}, call.number(3), options)));
}

/// pick(x, axis, indices): rows along an axis
napi_value pick(Call& call) {
  return call.give(at::index_select(call.tensor(0), call.integer(1), indexTensor(call.integers(2), call.tensor(0))));
}

/// spread(dy, axis, indices, size): the gradient of pick
napi_value spread(Call& call) {
  const Tensor& dy = call.tensor(0);
  const int64_t axis = call.integer(1);
  Shape shape = dy.sizes().vec();
  shape[axis] = call.integer(3);
  return call.give(at::zeros(shape, dy.options()).index_add_(axis, indexTensor(call.integers(2), dy), dy));
}

/// scale(x, axis, factors): times one factor for each place along an axis
napi_value scale(Call& call) {
  const Tensor& x = call.tensor(0);
  const auto factors = call.numbers(2);
  Shape shape(x.dim(), 1);
  shape[call.integer(1)] = static_cast<int64_t>(factors.size());
  const Tensor scales = at::tensor(std::vector<float>(factors.begin(), factors.end())).reshape(shape).to(x.device());
  return call.give(at::mul(asFloat(x), scales));
}

/// range(start, step, count, type)
napi_value range(Call& call) {
  const Tensor steps = at::arange(call.integer(2), at::TensorOptions(at::kDouble).device(call.environment.device));
  return call.give((steps * call.number(1) + call.number(0)).to(call.type(3)));
}

/// diagonal(x) -> a tensor of twice the rank with x on its diagonal
napi_value diagonal(Call& call) {
  const Tensor& x = call.tensor(0);
  Shape shape = x.sizes().vec();
  shape.insert(shape.end(), x.sizes().begin(), x.sizes().end());
  return call.give(at::diag(x.reshape({-1})).reshape(shape));
}

}  // namespace

const std::vector<Entry>& indexEntries() {
  static const std::vector<Entry> entries = {
      {"gather", gather}, {"gatherRows", gatherRows}, {"scatterRows", scatterRows}, {"segmentSum", segmentSum},
      {"oneHot", oneHot}, {"pick", pick},             {"spread", spread},           {"scale", scale},
      {"range", range},   {"diagonal", diagonal},
  };
  return entries;
}

}  // namespace cardio
