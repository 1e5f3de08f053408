// Reductions over axes. An empty list of axes reduces nothing, as in tfjs (ATen would reduce everything).
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "addon.h"

namespace cardio {
namespace {

Tensor counted(const Tensor& x) { return x.scalar_type() == at::kBool ? x.to(at::kInt) : x; }

/// Reductions that ATen does over one axis at a time.
template <typename F>
Tensor overEach(Tensor x, Shape axes, bool keep, F reduce) {
  std::sort(axes.rbegin(), axes.rend());
  for (int64_t axis : axes) x = reduce(x, axis, keep);
  return x;
}

napi_value sum(Call& call) {
  const Tensor x = counted(call.tensor(0));
  const Shape axes = call.integers(1);
  return call.give(axes.empty() ? x : at::sum(x, axes, call.flag(2), x.scalar_type()));
}

napi_value mean(Call& call) {
  const Tensor x = asFloat(call.tensor(0));
  const Shape axes = call.integers(1);
  return call.give(axes.empty() ? x : at::mean(x, axes, call.flag(2)));
}

napi_value max(Call& call) {
  const Shape axes = call.integers(1);
  return call.give(axes.empty() ? call.tensor(0) : at::amax(call.tensor(0), axes, call.flag(2)));
}

napi_value min(Call& call) {
  const Shape axes = call.integers(1);
  return call.give(axes.empty() ? call.tensor(0) : at::amin(call.tensor(0), axes, call.flag(2)));
}

napi_value prod(Call& call) {
  const Tensor x = counted(call.tensor(0));
  const auto type = x.scalar_type();
  return call.give(overEach(x, call.integers(1), call.flag(2),
                            [type](const Tensor& t, int64_t axis, bool keep) { return at::prod(t, axis, keep, type); }));
}

napi_value all(Call& call) {
  return call.give(overEach(call.tensor(0).to(at::kBool), call.integers(1), call.flag(2),
                            [](const Tensor& t, int64_t axis, bool keep) { return at::all(t, axis, keep); }));
}

napi_value any(Call& call) {
  return call.give(overEach(call.tensor(0).to(at::kBool), call.integers(1), call.flag(2),
                            [](const Tensor& t, int64_t axis, bool keep) { return at::any(t, axis, keep); }));
}

/// tfjs passes over NaN, ATen would choose it.
Tensor withoutNan(const Tensor& x, double instead) {
  return x.scalar_type() == at::kFloat ? at::masked_fill(x, at::isnan(x), instead) : counted(x);
}

/// …and stays at the first place where that is NaN, with which nothing compares.
Tensor place(const Tensor& x, int64_t axis, const Tensor& found) {
  const Tensor places = found.to(at::kInt);
  if (x.scalar_type() != at::kFloat || x.dim() == 0) return places;
  return at::masked_fill(places, at::isnan(x.select(axis, 0)), 0);
}

napi_value argmax(Call& call) {
  const Tensor& x = call.tensor(0);
  return call.give(place(x, call.integer(1), at::argmax(withoutNan(x, -INFINITY), call.integer(1), false)));
}
napi_value argmin(Call& call) {
  const Tensor& x = call.tensor(0);
  return call.give(place(x, call.integer(1), at::argmin(withoutNan(x, INFINITY), call.integer(1), false)));
}

/// cumulate(x, axis, product, exclusive, reverse)
napi_value cumulate(Call& call) {
  Tensor x = counted(call.tensor(0));
  const int64_t axis = call.integer(1);
  const bool product = call.flag(2), exclusive = call.flag(3), reverse = call.flag(4);
  if (x.dim() == 0) return call.give(exclusive ? at::full_like(x, product ? 1 : 0) : x);
  if (reverse) x = at::flip(x, {axis});
  if (exclusive) {
    const Tensor first = at::full_like(x.narrow(axis, 0, std::min<int64_t>(1, x.size(axis))), product ? 1 : 0);
    x = at::cat({first, x.narrow(axis, 0, std::max<int64_t>(0, x.size(axis) - 1))}, axis);
  }
  Tensor y = product ? at::cumprod(x, axis, x.scalar_type()) : at::cumsum(x, axis, x.scalar_type());
  return call.give(reverse ? at::flip(y, {axis}) : y);
}

/// topk(x, k) -> [values, indices] over the last axis; of equal values the first comes first
napi_value topk(Call& call) {
  const Tensor& x = call.tensor(0);
  const int64_t k = call.integer(1);
  const auto [values, indices] = at::sort(x, Optional<bool>(true), -1, true);
  return call.give(std::vector<Tensor>{values.narrow(-1, 0, k).contiguous(), indices.narrow(-1, 0, k).to(at::kInt)});
}

}  // namespace

const std::vector<Entry>& reductionEntries() {
  static const std::vector<Entry> entries = {
      {"sum", sum}, {"mean", mean}, {"max", max}, {"min", min}, {"prod", prod}, {"all", all},
      {"any", any}, {"argmax", argmax}, {"argmin", argmin}, {"cumulate", cumulate}, {"topk", topk},
  };
  return entries;
}

}  // namespace cardio
