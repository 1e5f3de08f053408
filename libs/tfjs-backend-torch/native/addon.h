// What the kernel families share: the table of handles of a JavaScript environment, the arguments of a call, and the list of entries.
#pragma once
#include <ATen/core/Tensor.h>
#include <node_api.h>
#include <torch/csrc/api/include/torch/version.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace cardio {

// Before 2.0 LibTorch has an optional of its own.
#if TORCH_VERSION_MAJOR < 2
template <typename T>
using Optional = c10::optional<T>;
inline constexpr auto none = c10::nullopt;
#else
template <typename T>
using Optional = std::optional<T>;
inline constexpr auto none = std::nullopt;
#endif

using at::Tensor;
using Shape = std::vector<int64_t>;

/// A tensor that JavaScript holds by number, and what its forward kernel keeps for the backward pass.
struct Slot {
  Tensor tensor;
  std::vector<Tensor> state;
  int64_t bytes = 0;  // of memory that it brought along; views bring none
  uint32_t generation = 1;
  bool used = false;
};

/// The tensors of one JavaScript environment (the main thread or a worker). A handle is a number of three fields: the environment, the
/// generation of the slot and its index; a wrong, disposed or foreign one is an error, never somebody else's tensor.
class Handles {
 public:
  explicit Handles(uint32_t tag) : tag_(tag) {}
  double put(Tensor tensor, std::vector<Tensor> state = {});
  Slot& at(double handle);
  void release(double handle);
  size_t live() const { return live_; }
  int64_t bytes() const { return bytes_; }

 private:
  uint32_t tag_;
  std::deque<Slot> slots_;  // references to slots stay good while others are added
  std::vector<uint32_t> free_;
  size_t live_ = 0;
  int64_t bytes_ = 0;
};

struct Environment {
  explicit Environment(uint32_t tag) : handles(tag) {}
  Handles handles;
  at::Device device = at::kCPU;
  bool composed = false;  // the forms of composed.h in the place of our loops: on a GPU, and for tests
  bool bfloat16 = false;
  int64_t reported = 0;  // bytes that V8 knows of
};

/// One call from JavaScript: its arguments, checked as they are read, and its result.
class Call {
 public:
  static constexpr size_t maximum = 16;
  Call(napi_env env, napi_callback_info info, Environment& environment);

  bool given(size_t k) const;
  double number(size_t k) const;
  int64_t integer(size_t k) const { return static_cast<int64_t>(number(k)); }
  bool flag(size_t k) const;
  at::ScalarType type(size_t k) const;  // 0 float32, 1 int32, 2 bool
  Slot& slot(size_t k) const { return environment.handles.at(number(k)); }
  const Tensor& tensor(size_t k) const { return slot(k).tensor; }
  Optional<Tensor> optional(size_t k) const;
  std::vector<double> numbers(size_t k) const;
  Shape integers(size_t k) const;
  std::vector<Slot*> slots(size_t k) const;
  std::vector<Tensor> tensors(size_t k) const;
  /// The memory of a typed array, and its length in bytes.
  std::pair<void*, size_t> bytes(size_t k) const;

  napi_value give(Tensor tensor, std::vector<Tensor> state = {}) const;
  napi_value give(const std::vector<Tensor>& tensors) const;
  napi_value give(double number) const;
  napi_value give(const Shape& numbers) const;

  Environment& environment;

 private:
  std::vector<double> list(napi_value array) const;
  void accountMemory() const;
  napi_env env_;
  size_t count_ = maximum;
  napi_value values_[maximum];
};

/// An entry of the addon, called from JavaScript by its name.
struct Entry {
  const char* name;
  napi_value (*run)(Call&);
};

const std::vector<Entry>& deviceEntries();
const std::vector<Entry>& tensorEntries();
const std::vector<Entry>& elementwiseEntries();
const std::vector<Entry>& reductionEntries();
const std::vector<Entry>& shapeEntries();
const std::vector<Entry>& indexEntries();
const std::vector<Entry>& linearEntries();
const std::vector<Entry>& convolutionEntries();
const std::vector<Entry>& poolingEntries();
const std::vector<Entry>& normalisationEntries();
const std::vector<Entry>& lossEntries();
const std::vector<Entry>& dropoutEntries();
const std::vector<Entry>& batchNormEntries();
const std::vector<Entry>& recurrentEntries();
const std::vector<Entry>& attentionEntries();
const std::vector<Entry>& optimizerEntries();

// allocator.cc
void installAllocator();
int64_t allocatedBytes();
int64_t cachedBytes();
int64_t peakBytes();

/// The activation that a fused kernel ends with; codes are those of src/kernels/activation.ts.
Tensor activated(Tensor x, int64_t code, const Optional<Tensor>& slope, double alpha);  // elementwise.cc

inline Tensor asFloat(const Tensor& x) { return x.scalar_type() == at::kFloat ? x : x.to(at::kFloat); }

}  // namespace cardio
