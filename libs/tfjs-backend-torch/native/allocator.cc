// A caching allocator for tensors on the CPU. A training step asks for the same sizes over and over: blocks that come back are kept by size
// class, instead of going through mmap and page faults each time. Shared by all threads of the process.
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <new>

#include "addon.h"

namespace cardio {
namespace {

constexpr size_t kHeader = 64;              // holds the block's size, keeps the data on a cache line
constexpr size_t kPages = size_t{1} << 20;
constexpr int64_t kSpare = int64_t{64} << 20;   // what may be held beyond the peak of use

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
    size_t block = classOf(size);
    void* start = nullptr;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      const auto found = fitting(block);
      if (found != pool_.end()) {
        start = found->second.back().start;
        found->second.pop_back();
        block = found->first;
        cached -= static_cast<int64_t>(block);
        if (found->second.empty()) pool_.erase(found);
      }
    }
    if (!start) {
      makeRoom(static_cast<int64_t>(block));
      start = fresh(block);
    }
    *static_cast<size_t*>(start) = block;
    used += static_cast<int64_t>(block);
    if (used > peak) peak.store(used);
    void* data = static_cast<char*>(start) + kHeader;
    return {data, data, &giveBack, cpu};  // context == pointer: c10 asks for it where storage is resized
  }

  struct Block {
    void* start;
    uint64_t returned;  // when, counted in returns
  };
  using Pool = std::map<size_t, std::deque<Block>>;

  /// The smallest cached blocks that are large enough, and at most a quarter too large.
  Pool::iterator fitting(size_t block) {
    const auto found = pool_.lower_bound(block);
    return found == pool_.end() || found->first > block + block / 4 ? pool_.end() : found;
  }

  /// Gives back to the system what has lain idle longest, as far as a new block would lead beyond the peak of use and kSpare.
  void makeRoom(int64_t block) noexcept {
    std::lock_guard<std::mutex> lock(mutex_);
    const int64_t limit = std::max<int64_t>(peak, used + block) + kSpare;
    while (used + cached + block > limit && !pool_.empty()) {
      auto oldest = pool_.begin();
      for (auto entry = pool_.begin(); entry != pool_.end(); ++entry)
        if (entry->second.front().returned < oldest->second.front().returned) oldest = entry;
      toSystem(oldest->second.front().start, oldest->first);
      cached -= static_cast<int64_t>(oldest->first);
      oldest->second.pop_front();
      if (oldest->second.empty()) pool_.erase(oldest);
    }
  }

  void* fresh(size_t block) {
    void* start = fromSystem(block);
    if (start) return start;
    empty();
    start = fromSystem(block);
    if (start) return start;
    throw std::runtime_error("out of memory: " + std::to_string(block >> 20) + " MB asked for, " +
                             std::to_string(used >> 20) + " MB in use");
  }

  /// Large blocks come as pages of their own: malloc would keep what is freed among them.
  static void* fromSystem(size_t block) {
    if (block >= kPages) {
      void* start = mmap(nullptr, block, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      return start == MAP_FAILED ? nullptr : start;
    }
    void* start = nullptr;
    return posix_memalign(&start, 64, block) == 0 ? start : nullptr;
  }
  static void toSystem(void* start, size_t block) noexcept {
    if (block >= kPages)
      munmap(start, block);
    else
      std::free(start);
  }

  void empty() {
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto& [block, blocks] : pool_) {
      for (const Block& idle : blocks) toSystem(idle.start, block);
      cached -= static_cast<int64_t>(block * blocks.size());
    }
    pool_.clear();
  }

  /// Into the cache; false where there is no memory for its list.
  bool keep(void* start, size_t block) noexcept {
    std::lock_guard<std::mutex> lock(mutex_);
    try {
      pool_[block].push_back({start, returns_++});
    } catch (...) {
      const auto entry = pool_.find(block);
      if (entry != pool_.end() && entry->second.empty()) pool_.erase(entry);
      return false;
    }
    cached += static_cast<int64_t>(block);
    return true;
  }

  static void giveBack(void* data) noexcept;

  std::mutex mutex_;
  Pool pool_;  // no class is empty
  uint64_t returns_ = 0;
};

// Never destroyed: tensors may outlive every environment.
CachingAllocator* const allocator = new CachingAllocator;

// The deleter of every block. Nothing may be thrown here: the process would abort.
void CachingAllocator::giveBack(void* data) noexcept {
  if (!data) return;
  void* start = static_cast<char*>(data) - kHeader;
  const size_t block = *static_cast<size_t*>(start);
  allocator->used -= static_cast<int64_t>(block);
  if (!allocator->keep(start, block)) CachingAllocator::toSystem(start, block);
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
