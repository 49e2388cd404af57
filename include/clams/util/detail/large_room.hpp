// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/mman.h>

namespace clams::detail {

/// As `text.reserve(size)`. Large room is asked of the kernel in large pages: to touch many small
/// ones for the first time takes longer than to fill them.
inline void reserve_room(std::string& text, std::size_t size) {
  constexpr std::size_t kLarge = std::size_t{4} << 20U;
  constexpr std::uintptr_t kPage = std::uintptr_t{2} << 20U;
  if (size <= text.capacity()) return;
  text.reserve(size);
  if (size < kLarge) return;
  const auto begin = reinterpret_cast<std::uintptr_t>(text.data());
  const std::uintptr_t first = (begin + kPage - 1) / kPage * kPage;
  const std::uintptr_t last = (begin + size) / kPage * kPage;
  // Only a hint: a kernel that has none to give goes on with small pages.
  if (first < last) ::madvise(text.data() + (first - begin), last - first, MADV_HUGEPAGE);
}

}  // namespace clams::detail
