// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_meter.hpp>

#include <memory>
#include <vector>

namespace clams {

/// Measures what the work between its construction and its destruction takes of the devices: this
/// work alone, also while others run beside it.
///
///     const MemoryGuard guard{meter, ScopeKind::request};
///     annotate(mmif);                  // may throw: the scope is closed all the same
///     record(guard.peaks());
///
/// Ownership: borrows the meter, which must outlive it.
/// Threads: confined to the thread that made it; `peaks` is thread-safe. Guards of other requests
///   may overlap, each sees its own allocations only (docs/decisions/0004 names how).
/// Errors: the constructor throws what PeakMeter::open throws; the destructor never throws.
class MemoryGuard {
 public:
  MemoryGuard(PeakMeter& meter, ScopeKind kind) : meter_(meter), scope_(meter.open(kind)) {}
  MemoryGuard(const MemoryGuard&) = delete;
  MemoryGuard& operator=(const MemoryGuard&) = delete;
  MemoryGuard(MemoryGuard&&) = delete;
  MemoryGuard& operator=(MemoryGuard&&) = delete;
  ~MemoryGuard() { meter_.close(scope_); }

  /// Per device that was touched so far.
  [[nodiscard]] std::vector<MeasuredPeak> peaks() const { return scope_->peaks(); }

 private:
  PeakMeter& meter_;
  std::shared_ptr<MemoryScope> scope_;
};

}  // namespace clams
