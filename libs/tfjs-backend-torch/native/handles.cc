#include <cmath>

#include "addon.h"

namespace cardio {

namespace {
constexpr double kIndex = 16777216;     // 24 bits
constexpr double kGeneration = 2097152;  // 21 bits

/// Bytes of a tensor that owns its memory; views count as nothing.
int64_t ownBytes(const Tensor& tensor) {
  return tensor.has_storage() && tensor.storage().use_count() == 1 ? static_cast<int64_t>(tensor.storage().nbytes()) : 0;
}
}  // namespace

double Handles::put(Tensor tensor, std::vector<Tensor> state) {
  uint32_t index;
  if (free_.empty()) {
    if (slots_.size() >= kIndex) throw std::runtime_error("more than 16 million tensors are alive");
    index = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Slot& slot = slots_[index];
  slot.bytes = ownBytes(tensor);
  bytes_ += slot.bytes;
  slot.tensor = std::move(tensor);
  slot.state = std::move(state);
  slot.used = true;
  live_++;
  return (tag_ * kGeneration + slot.generation) * kIndex + index;
}

Slot& Handles::at(double handle) {
  const double index = std::fmod(handle, kIndex), rest = std::floor(handle / kIndex);
  if (!(handle >= 0) || std::floor(handle) != handle || std::floor(rest / kGeneration) != tag_)
    throw std::invalid_argument("this is no tensor of this thread's engine");
  if (index >= slots_.size()) throw std::invalid_argument("there is no such tensor");
  Slot& slot = slots_[static_cast<size_t>(index)];
  if (!slot.used || slot.generation != std::fmod(rest, kGeneration)) throw std::invalid_argument("the tensor is disposed");
  return slot;
}

void Handles::release(double handle) {
  Slot& slot = at(handle);
  bytes_ -= slot.bytes;
  slot.tensor.reset();
  slot.state.clear();
  slot.used = false;
  slot.generation = (slot.generation + 1) % static_cast<uint32_t>(kGeneration);
  live_--;
  free_.push_back(static_cast<uint32_t>(std::fmod(handle, kIndex)));
}

}  // namespace cardio
