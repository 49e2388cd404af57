// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_meter.hpp>
#include <clams/util/bytes.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace clams {

/// What one scope has of each device, now and at most. Whoever tracks an allocator books to it.
///
/// A scope inside another one of the same kind counts for both. A model's scope inside a request's
/// (or the other way round) does not: the model outlives the request, and is charged once.
///
/// Ownership: shared between the open scope and the bookings of its live allocations; keeps the
///   account around it alive.
/// Threads: thread-safe, without locks.
/// Errors: none; a device beyond kMostDevices is ignored.
class ScopeAccount final : public MemoryScope {
 public:
  static constexpr int kMostDevices = 64;

  /// @param around the account of the scope that encloses this one; may be null.
  explicit ScopeAccount(ScopeKind kind, const std::shared_ptr<ScopeAccount>& around = nullptr)
      : kind_(kind), outer_(around && around->kind_ == kind ? around : nullptr) {}

  [[nodiscard]] static bool knows(int device) noexcept {
    return device >= 0 && device < kMostDevices;
  }

  void add_allocated(int device, Bytes size) noexcept;
  void remove_allocated(int device, Bytes size) noexcept;

  /// The allocator took more of the device for this scope, or gave it back.
  void add_reserved(int device, Bytes size) noexcept;
  void remove_reserved(int device, Bytes size) noexcept;

  /// An allocation of `asked` failed: the scope needs at least that much more than it has.
  void note_failure(int device, Bytes asked) noexcept;

  [[nodiscard]] ScopeKind kind() const noexcept { return kind_; }
  [[nodiscard]] std::vector<MeasuredPeak> peaks() const override;

 private:
  struct Counters {
    std::atomic<std::int64_t> live{0};
    std::atomic<std::int64_t> peak{0};
    std::atomic<std::int64_t> reserved{0};
    std::atomic<std::int64_t> reserved_peak{0};
    std::atomic<std::int64_t> failed_at{0};
  };

  ScopeKind kind_;
  std::shared_ptr<ScopeAccount> outer_;  // of the same kind
  std::array<Counters, kMostDevices> devices_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/scope_account.ipp>
#endif
