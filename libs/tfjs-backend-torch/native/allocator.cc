// A caching allocator for tensors on the CPU. A training step asks for the same sizes over and over: blocks that come back are kept by size
// class, instead of going through mmap and page faults each time. Shared by all threads of the process.
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <unordered_map>


#include "addon.h"

namespace cardio {
namespace {

constexpr size_t kHeader = 64;              // holds the block's size, keeps the data on a cache line
constexpr size_t kSpare = size_t{256} << 20;  // cached beyond the peak of use: never more than this and that peak together

class CachingAllocator final : public c10::Allocator {
 public:
#if __has_include(<torch/headeronly/version.h>) || __has_include(<torch/headeronly/macros/Macros.h>) || defined(CARDIO_TORCH2)
  c10::DataPtr allocate(size_t size) override { return take(size); }
  void copy_data(void* to, const void* from, size_t size) const override { std::memcpy(to, from, size); }
#else
  c10::DataPtr allocate(size_t size) const override { return const_cast<CachingAllocator*>(this)->take(size); }
#endif
  c10::DeleterFnPtr raw_deleter() const override { return &giveBack; }

  std::atomic<int64_t> used{0}, cached{0}, peak{0};

 private:
  // Sixteenths of the power of two below: at most 6 % is wasted, and the header comes on top, so that tensors of 2^n bytes, which are many,
  // waste nothing.
  static size_t classOf(size_t size) {
    if (size < size_t{4096}) return kHeader + (size + 63) / 64 * 64;
    size_t power = 4096;
    while (power <= size / 2) power *= 2;
    const size_t step = power / 16;
    return kHeader + (size + step - 1) / step * step;
  }

  c10::DataPtr take(size_t size) {
    const c10::Device cpu(c10::kCPU);
    if (size == 0) return {nullptr, nullptr, &giveBack, cpu};
    if (size > (size_t{1} << 48)) throw std::bad_alloc();
    const size_t block = classOf(size);
    void* start = nullptr;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      auto& blocks = pool_[block];
      if (!blocks.empty()) {
        start = blocks.back();
        blocks.pop_back();
        cached -= static_cast<int64_t>(block);
      }
    }
    if (!start) start = fresh(block);
    *static_cast<size_t*>(start) = block;
    used += static_cast<int64_t>(block);
    if (used > peak) peak.store(used);
    void* data = static_cast<char*>(start) + kHeader;
    return {data, data, &giveBack, cpu};  // context == pointer: c10 asks for it where storage is resized
  }

  void* fresh(size_t block) {
    const size_t alignment = block >= (size_t{2} << 20) ? 4096 : 64;
    void* start = nullptr;
    if (posix_memalign(&start, alignment, block) == 0) return start;
    empty();
    if (posix_memalign(&start, alignment, block) == 0) return start;
    throw std::runtime_error("out of memory: " + std::to_string(block >> 20) + " MB asked for, " +
                             std::to_string(used >> 20) + " MB in use");
  }

  void empty() {
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto& [block, blocks] : pool_) {
      for (void* start : blocks) std::free(start);
      cached -= static_cast<int64_t>(block * blocks.size());
      blocks.clear();
    }
  }

  static void giveBack(void* data) noexcept;

  std::mutex mutex_;
  std::unordered_map<size_t, std::vector<void*>> pool_;
};

// Never destroyed: tensors may outlive every environment.
CachingAllocator* const allocator = new CachingAllocator;

// The deleter of every block. Nothing may be thrown here: the process would abort.
void CachingAllocator::giveBack(void* data) noexcept {
  if (!data) return;
  void* start = static_cast<char*>(data) - kHeader;
  const size_t block = *static_cast<size_t*>(start);
  allocator->used -= static_cast<int64_t>(block);
  if (allocator->used + allocator->cached + static_cast<int64_t>(block) <=
      allocator->peak + static_cast<int64_t>(kSpare)) {
    try {
      std::lock_guard<std::mutex> lock(allocator->mutex_);
      allocator->pool_[block].push_back(start);
      allocator->cached += static_cast<int64_t>(block);
      return;
    } catch (...) {
    }
  }
  std::free(start);
}

}  // namespace

void installAllocator() {
  static std::once_flag once;
  std::call_once(once, [] { c10::SetCPUAllocator(allocator, 1); });
}
int64_t allocatedBytes() { return allocator->used; }
int64_t cachedBytes() { return allocator->cached; }
int64_t peakBytes() { return allocator->peak; }

}  // namespace cardio
