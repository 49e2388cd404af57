// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_meter.hpp>
#include <clams/util/bytes.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace clams::detail {

/// A gauge, and the highest it has stood since it was reset.
struct HighWaterMark {
  Bytes now;
  Bytes highest;
};

/// How a mark is read and reset: of the kernel, of a CUDA pool.
struct MarkSource {
  std::function<std::optional<HighWaterMark>()> read;  ///< none: it cannot be read
  std::function<bool()> reset;                         ///< false: it cannot be reset
};

/// Measures scopes with the one high-water mark that all share. Each time a scope opens or closes,
/// what the mark shows is booked to those that were open, and the mark is reset: no scope loses
/// what came before another one's reset, and a lone scope is measured exactly.
///
/// Ownership: owns the source's functions; shares the works with its users.
/// Threads: thread-safe.
/// Errors: throws what the source's functions throw.
class MarkScopes {
 public:
  /// What a scope was seen to take. Works of one thread nest: one of the other kind is taken out of
  /// those around it.
  struct Work {
    ScopeKind kind;
    std::thread::id thread = std::this_thread::get_id();
    Bytes began_at = {};  // the gauge when it began
    Bytes base = {};      // the same, and what works of the other kind within it left
    Bytes peak = {};      // above the base
    Bytes live = {};      // above the base, at the end
    bool is_known = false;
    bool was_overlapped = false;
  };

  explicit MarkScopes(MarkSource source) : source_(std::move(source)) {}

  void begin(const std::shared_ptr<Work>& work);
  void end(const std::shared_ptr<Work>& work);
  /// The work's figures, up to date if it has not ended; none if the mark cannot be read.
  [[nodiscard]] std::optional<Work> measure(const std::shared_ptr<Work>& work);

 private:
  void settle(const std::optional<HighWaterMark>& mark);
  [[nodiscard]] bool is_open(const std::shared_ptr<Work>& work) const;
  [[nodiscard]] bool is_paused(const std::shared_ptr<Work>& work) const;

  MarkSource source_;
  std::mutex mutex_;                         // guards the rest, and the works' figures
  std::vector<std::shared_ptr<Work>> open_;  // the oldest first
  Bytes last_highest_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/mark_scopes.ipp>
#endif
