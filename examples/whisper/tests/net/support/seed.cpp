// SPDX-License-Identifier: Apache-2.0
// libtorch's random numbers differ from process to process, unless they are told where to begin.
#include <ATen/Context.h>

namespace whisper::testing {
namespace {

[[maybe_unused]] const bool seeded = [] {
  at::manual_seed(20);
  return true;
}();

}  // namespace
}  // namespace whisper::testing
