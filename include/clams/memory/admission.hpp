// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_account.hpp>
#include <clams/memory/insufficient_memory.hpp>
#include <clams/memory/memory_grant.hpp>
#include <clams/memory/memory_options.hpp>
#include <clams/memory/patience.hpp>
#include <clams/memory/placement.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/log.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace clams {

/// A request that asks for memory.
struct AdmissionRequest {
  std::string id = {};
  /// What it needs on a device, on each of its rungs, the best first.
  std::function<std::vector<RequestNeed>(const Device&)> needs;
  std::chrono::milliseconds expected{0};  ///< how long such requests run; zero: not known
  Patience patience = {};
};

/// How many decisions there were, for `/metrics`.
struct AdmissionCounts {
  std::size_t admitted = 0;
  std::array<std::size_t, 6> refused = {};  ///< by RefusalCode
  std::size_t waiting = 0;
  std::size_t unknown = 0;  ///< readings that failed
};

/// Decides which request runs, where and when: only if the device really has room now, other
/// processes counted, and the promise is kept in the ledger in the same step. Who does not fit
/// waits in line, while idle models are dropped, and is refused in the end.
///
/// Ownership: borrows accounts, shelf, options and clock, which must outlive it.
/// Threads: thread-safe; `admit` blocks its thread for at most the admission timeout.
/// Errors: as stated.
class Admission {
 public:
  Admission(std::vector<std::unique_ptr<DeviceAccount>>& accounts, ModelShelf& shelf,
            const MemoryOptions& options, const Clock& clock, Logger logger);

  /// The memory that the request asks for.
  /// @throws InsufficientMemory if it does not get it; Error cancelled or deadline_exceeded.
  [[nodiscard]] MemoryGrant admit(const AdmissionRequest& request);

  [[nodiscard]] AdmissionCounts counts() const;

 private:
  struct Candidate;
  struct Attempt;

  [[nodiscard]] std::vector<Candidate> candidates(const AdmissionRequest& request) const;
  [[nodiscard]] PlacementOption option(const Candidate& candidate, std::size_t device,
                                       Bytes available) const;
  void check_choice(const RequestNeed& need) const;
  [[nodiscard]] std::optional<MemoryGrant> try_all(Attempt& attempt);
  [[nodiscard]] std::optional<MemoryGrant> try_rung(Attempt& attempt, std::span<Candidate> rung);
  [[nodiscard]] std::optional<MemoryGrant> try_one(Attempt& attempt, Candidate& candidate);
  [[nodiscard]] MemoryGrant wait_for_grant(Attempt& attempt);
  void enter(const Attempt& attempt, Candidate& candidate);
  /// Whether the request asks for less now, as others have been promised models of it.
  [[nodiscard]] static bool shares_models(Candidate& candidate);
  /// Whether there would be room if what may be counted twice were.
  [[nodiscard]] static bool may_be_counted_twice(const Attempt& attempt);
  [[nodiscard]] static bool is_behind_another(const Attempt& attempt);
  enum class LooksAgain { if_counted_twice, if_others_try };
  [[nodiscard]] std::optional<MemoryGrant> try_settled(Attempt& attempt, LooksAgain when);
  void wait(const Attempt& attempt, Clock::SteadyTime until) const;
  /// When the lower rungs are tried, too.
  [[nodiscard]] std::chrono::milliseconds ladder_step() const;
  /// Those who wait for a slot of the device look again.
  static void tell_line(DeviceAccount& account) noexcept;
  void throw_if_over(const AdmissionRequest& request) const;
  static void find_nearest(Attempt& attempt);
  [[nodiscard]] static std::size_t devices(const Attempt& attempt);
  [[nodiscard]] static RefusalCode reason(const Attempt& attempt);
  [[nodiscard]] MemoryGrant admitted(const Attempt& attempt, MemoryGrant grant);
  void log_allocation(const Attempt& attempt, MemoryGrant& grant);
  void released(DeviceAccount& account, const std::string& request) noexcept;
  void wake_all() noexcept;
  [[noreturn]] void refuse(Attempt& attempt, RefusalCode code);

  std::vector<std::unique_ptr<DeviceAccount>>& accounts_;
  ModelShelf& shelf_;
  const MemoryOptions& options_;
  const Clock& clock_;
  Logger logger_;
  mutable std::atomic<std::size_t> turn_ = 0;  // for round_robin
  std::atomic<std::uint64_t> arrivals_ = 0;
  std::atomic<std::size_t> admitted_ = 0;
  std::atomic<std::size_t> waiting_ = 0;
  std::atomic<std::size_t> unknown_ = 0;
  std::array<std::atomic<std::size_t>, 6> refused_ = {};
};

/// When to come back: what a running request is expected to need still, else how long such
/// requests run, spread by up to a fifth so that not all come at once; 1 to 60 seconds.
[[nodiscard]] std::chrono::seconds retry_after(std::chrono::milliseconds expected,
                                               const std::string& request);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/admission.ipp>
#include <clams/memory/impl/admission_answers.ipp>
#include <clams/memory/impl/admission_placement.ipp>
#endif
