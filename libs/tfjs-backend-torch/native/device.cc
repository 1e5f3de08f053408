// Which device a JavaScript environment computes on. Nothing here needs CUDA's own headers: what libtorch_cuda registers is asked.
#include <ATen/Parallel.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#if __has_include(<torch/headeronly/version.h>)
#include <c10/core/CachingDeviceAllocator.h>
#define CARDIO_DEVICE_STATISTICS
#endif

#include "addon.h"

namespace cardio {
namespace {

bool hasCuda() { return c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA); }
int64_t gpus() { return hasCuda() ? c10::impl::getDeviceGuardImpl(c10::DeviceType::CUDA)->deviceCount() : 0; }

/// devices() -> [1 where this LibTorch has CUDA, GPUs that it can use]
napi_value devices(Call& call) { return call.give(Shape{hasCuda(), gpus()}); }

/// configure(threads, device: 'cpu' = 0 | 'cuda' = 1 | the CPU in the forms of a GPU = 2, bfloat16)
napi_value configure(Call& call) {
  Environment& environment = call.environment;
  const int64_t code = call.integer(1);
  if (code < 0 || code > 2) throw std::invalid_argument("there is no device " + std::to_string(code));
  if (code == 1 && gpus() == 0) throw std::runtime_error(hasCuda() ? "no GPU is there" : "this LibTorch has no CUDA");
  const at::Device device = code == 1 ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
  if (device != environment.device && environment.handles.live() > 0)
    throw std::invalid_argument("the device can't be changed while " + std::to_string(environment.handles.live()) +
                                " tensors are alive: dispose them, or start this engine once only");
  if (call.integer(0) > 0) at::set_num_threads(static_cast<int>(call.integer(0)));
  environment.device = device;
  environment.composed = code != 0;
  environment.bfloat16 = call.flag(2);
  return call.give(static_cast<double>(at::get_num_threads()));
}

/// memory() -> [tensors, bytes of this environment, bytes in use, bytes cached, peak bytes in use], the last three of the process
napi_value memory(Call& call) {
  const auto& handles = call.environment.handles;
  const int64_t live = static_cast<int64_t>(handles.live());
  if (call.environment.device.is_cpu())
    return call.give(Shape{live, handles.bytes(), allocatedBytes(), cachedBytes(), peakBytes()});
#ifdef CARDIO_DEVICE_STATISTICS
  const auto statistics = c10::getDeviceAllocator(c10::DeviceType::CUDA)->getDeviceStats(0);
  const auto &used = statistics.allocated_bytes[0], &reserved = statistics.reserved_bytes[0];  // 0: of all pools
  return call.give(Shape{live, handles.bytes(), used.current, reserved.current - used.current, used.peak});
#else
  return call.give(Shape{live, handles.bytes(), handles.bytes(), 0, handles.bytes()});
#endif
}

}  // namespace

const std::vector<Entry>& deviceEntries() {
  static const std::vector<Entry> entries = {{"devices", devices}, {"configure", configure}, {"memory", memory}};
  return entries;
}

}  // namespace cardio
