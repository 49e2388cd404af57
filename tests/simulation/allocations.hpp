// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace clams::simulation {

/// Knows what was allocated while it lives, and frees what is left: a killed process frees nothing.
/// Nothing that was allocated under it may be used afterwards, so no cache may be filled there for
/// the first time.
///
/// Ownership: owns what the dead leave behind. One at a time.
/// Threads: confined.
/// Errors: none.
class AllocationSweep {
 public:
  AllocationSweep();
  AllocationSweep(const AllocationSweep&) = delete;
  AllocationSweep& operator=(const AllocationSweep&) = delete;
  AllocationSweep(AllocationSweep&&) = delete;
  AllocationSweep& operator=(AllocationSweep&&) = delete;
  ~AllocationSweep();

  /// How many are not freed yet.
  [[nodiscard]] static std::size_t left();
};

}  // namespace clams::simulation
