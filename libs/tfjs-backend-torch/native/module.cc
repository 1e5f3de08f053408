// The addon's door: arguments in, results out, and every C++ exception as a JavaScript error that names the kernel.
#include <ATen/ops/alias.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include <atomic>
#include <cstring>
#include <new>

#include "addon.h"

namespace cardio {

namespace {
void check(napi_status status, const char* what) {
  if (status != napi_ok) throw std::invalid_argument(what);
}
constexpr int64_t kReportStep = int64_t{256} << 20;
}  // namespace

Call::Call(napi_env env, napi_callback_info info, Environment& environment) : environment(environment), env_(env) {
  napi_get_cb_info(env, info, &count_, values_, nullptr, nullptr);
  if (count_ > maximum) throw std::invalid_argument("too many arguments");
}

bool Call::given(size_t k) const {
  if (k >= count_) return false;
  napi_valuetype type;
  napi_typeof(env_, values_[k], &type);
  return type != napi_undefined && type != napi_null;
}

double Call::number(size_t k) const {
  double value = 0;
  if (k >= count_ || napi_get_value_double(env_, values_[k], &value) != napi_ok)
    throw std::invalid_argument("argument " + std::to_string(k) + " must be a number");
  return value;
}

bool Call::flag(size_t k) const {
  bool value = false;
  if (k < count_ && given(k)) check(napi_get_value_bool(env_, values_[k], &value), "a flag must be a boolean");
  return value;
}

at::ScalarType Call::type(size_t k) const {
  switch (integer(k)) {
    case 0: return at::kFloat;
    case 1: return at::kInt;
    case 2: return at::kBool;
    default: throw std::invalid_argument("unknown data type");
  }
}

Optional<Tensor> Call::optional(size_t k) const {
  if (!given(k)) return none;
  return tensor(k);
}

std::vector<double> Call::list(napi_value array) const {
  uint32_t length = 0;
  check(napi_get_array_length(env_, array, &length), "an array was expected");
  std::vector<double> numbers(length);
  for (uint32_t i = 0; i < length; i++) {
    napi_value element;
    check(napi_get_element(env_, array, i, &element), "an array can't be read");
    check(napi_get_value_double(env_, element, &numbers[i]), "an array of numbers was expected");
  }
  return numbers;
}

std::vector<double> Call::numbers(size_t k) const {
  if (k >= count_) throw std::invalid_argument("an array was expected");
  return list(values_[k]);
}

Shape Call::integers(size_t k) const {
  const auto values = numbers(k);
  return Shape(values.begin(), values.end());
}

std::vector<Slot*> Call::slots(size_t k) const {
  std::vector<Slot*> slots;
  for (double handle : numbers(k)) slots.push_back(&environment.handles.at(handle));
  return slots;
}

std::vector<Tensor> Call::tensors(size_t k) const {
  std::vector<Tensor> tensors;
  for (Slot* slot : slots(k)) tensors.push_back(slot->tensor);
  return tensors;
}

std::pair<void*, size_t> Call::bytes(size_t k) const {
  napi_typedarray_type type;
  size_t length = 0, offset = 0;
  void* data = nullptr;
  napi_value buffer;
  if (k >= count_) throw std::invalid_argument("a typed array was expected");
  check(napi_get_typedarray_info(env_, values_[k], &type, &length, &data, &buffer, &offset), "a typed array was expected");
  switch (type) {
    case napi_float32_array:
    case napi_int32_array: return {data, length * 4};
    case napi_uint8_array: return {data, length};
    default: throw std::invalid_argument("a Float32Array, Int32Array or Uint8Array was expected");
  }
}

// V8 collects forgotten tensors only if it knows what they hold. It is told in coarse steps: each report may start a collection, and a
// training step that takes and returns the same memory should start none.
void Call::accountMemory() const {
  const int64_t live = environment.handles.bytes(), known = environment.reported;
  if (live <= known + known / 2 + kReportStep && live >= known / 4) return;
  int64_t total;
  napi_adjust_external_memory(env_, live - known, &total);
  environment.reported = live;
}

napi_value Call::give(Tensor tensor, std::vector<Tensor> state) const {
  const double handle = environment.handles.put(std::move(tensor), std::move(state));
  accountMemory();
  return give(handle);
}

napi_value Call::give(const std::vector<Tensor>& tensors) const {
  napi_value array;
  napi_create_array_with_length(env_, tensors.size(), &array);
  for (size_t i = 0; i < tensors.size(); i++) napi_set_element(env_, array, static_cast<uint32_t>(i), give(tensors[i]));
  return array;
}

napi_value Call::give(double number) const {
  napi_value value;
  napi_create_double(env_, number, &value);
  return value;
}

napi_value Call::give(const Shape& numbers) const {
  napi_value array;
  napi_create_array_with_length(env_, numbers.size(), &array);
  for (size_t i = 0; i < numbers.size(); i++)
    napi_set_element(env_, array, static_cast<uint32_t>(i), give(static_cast<double>(numbers[i])));
  return array;
}

namespace {

napi_value create(Call& call) {
  const auto [data, size] = call.bytes(0);
  Tensor tensor = at::empty(call.integers(1), call.type(2));
  if (tensor.nbytes() != size)
    throw std::invalid_argument(std::to_string(size) + " bytes given for a tensor of " + std::to_string(tensor.nbytes()));
  if (size) std::memcpy(tensor.data_ptr(), data, size);
  return call.give(tensor.to(call.environment.device));
}

napi_value full(Call& call) {
  return call.give(at::full(call.integers(0), call.number(1), at::TensorOptions(call.type(2)).device(call.environment.device)));
}

napi_value read(Call& call) {
  const Tensor tensor = call.tensor(0).to(at::kCPU).contiguous();
  const auto [data, size] = call.bytes(1);
  if (tensor.nbytes() != size) throw std::invalid_argument("the array does not fit the tensor");
  if (size) std::memcpy(data, tensor.data_ptr(), size);
  return nullptr;
}

napi_value shape(Call& call) { return call.give(call.tensor(0).sizes().vec()); }

napi_value release(Call& call) {
  call.environment.handles.release(call.number(0));
  return nullptr;
}

/// A second handle of the same tensor: what a clone needs, with what its kernel kept for the backward pass.
napi_value alias(Call& call) {
  const Slot& slot = call.slot(0);
  return call.give(at::alias(slot.tensor), slot.state);
}

}  // namespace

const std::vector<Entry>& tensorEntries() {
  static const std::vector<Entry> entries = {
      {"create", create}, {"full", full},       {"read", read},
      {"shape", shape},   {"release", release}, {"alias", alias},
  };
  return entries;
}

namespace {

std::string firstLine(const char* message) {
  const std::string text(message);
  return text.substr(0, text.find('\n'));
}

napi_value enter(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  void* environment = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  napi_get_instance_data(env, &environment);
  const Entry* entry = static_cast<const Entry*>(data);
  std::string problem;
  try {
    c10::InferenceMode guard(true);
    Call call(env, info, *static_cast<Environment*>(environment));
    return entry->run(call);
  } catch (const c10::Error& error) {
    problem = firstLine(error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    problem = "out of memory: " + std::to_string(allocatedBytes() >> 20) + " MB in use";
  } catch (const std::exception& error) {
    problem = firstLine(error.what());
  } catch (...) {
    problem = "unknown error";
  }
  napi_throw_error(env, nullptr, (std::string(entry->name) + ": " + problem).c_str());
  return nullptr;
}

napi_value init(napi_env env, napi_value exports) {
  static std::atomic<uint32_t> environments{0};
  installAllocator();
  auto* environment = new Environment(environments++ % 256);
  napi_set_instance_data(
      env, environment, [](napi_env, void* data, void*) { delete static_cast<Environment*>(data); }, nullptr);
  for (const auto* family :
       {&deviceEntries(), &tensorEntries(), &elementwiseEntries(), &reductionEntries(), &shapeEntries(), &indexEntries(), &linearEntries(),
        &convolutionEntries(), &poolingEntries(), &normalisationEntries(), &lossEntries(), &dropoutEntries(),
        &batchNormEntries(), &recurrentEntries(), &attentionEntries(), &optimizerEntries()}) {
    for (const Entry& entry : *family) {
      napi_value function;
      napi_create_function(env, entry.name, NAPI_AUTO_LENGTH, enter, const_cast<Entry*>(&entry), &function);
      napi_set_named_property(env, exports, entry.name, function);
    }
  }
  return exports;
}

}  // namespace
}  // namespace cardio

NAPI_MODULE_INIT() { return cardio::init(env, exports); }
