// SPDX-License-Identifier: Apache-2.0
#include "net/large_pages.hpp"

#ifdef __linux__
#include <bit>
#include <cstdint>
#include <sys/mman.h>
#endif

namespace whisper {

#ifdef __linux__
namespace {

// Only whole ones, so that nothing beside the tensor gets more memory than before.
void ask_for_large_pages(const at::Tensor& tensor) {
  constexpr std::uintptr_t kPage = std::uintptr_t{2} << 20U;
  const auto address = std::bit_cast<std::uintptr_t>(tensor.const_data_ptr());
  const auto begin = (address + kPage - 1) / kPage * kPage;
  const auto end = (address + tensor.nbytes()) / kPage * kPage;
  if (begin >= end) return;
  // It is only advice: where it fails, pages stay small.
  (void)::madvise(std::bit_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace
#endif

at::Tensor empty_weights(at::IntArrayRef shape, at::ScalarType numbers) {
  auto tensor = at::empty(shape, numbers);
#ifdef __linux__
  ask_for_large_pages(tensor);
#endif
  return tensor;
}

}  // namespace whisper
