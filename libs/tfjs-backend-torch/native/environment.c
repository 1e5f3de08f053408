// A module of its own, without LibTorch, that is loaded before the addon: OpenMP reads its settings as it is loaded, and from JavaScript neither
// a worker thread nor a test runner's sandbox can set a variable of the process.
#include <node_api.h>
#include <stdlib.h>

NAPI_MODULE_INIT() {
  (void)env;
  setenv("OMP_WAIT_POLICY", "passive", 0);
  return exports;
}
