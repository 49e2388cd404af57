// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace clams::detail {

/// Whose processes live: the kernel's knowledge, or a test's.
///
/// Ownership: an interface; users borrow it.
/// Threads: confined.
/// Errors: none; what cannot be told counts as held.
class SlotLocks {
 public:
  SlotLocks() = default;
  SlotLocks(const SlotLocks&) = delete;
  SlotLocks& operator=(const SlotLocks&) = delete;
  SlotLocks(SlotLocks&&) = delete;
  SlotLocks& operator=(SlotLocks&&) = delete;
  virtual ~SlotLocks() = default;

  [[nodiscard]] virtual bool is_held(std::size_t slot) const noexcept = 0;
};

}  // namespace clams::detail
