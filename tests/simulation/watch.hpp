// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simulation/files.hpp"
#include "simulation/scheduler.hpp"
#include <clams/util/bytes.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace clams::simulation {

/// What must hold in every run. It remembers the first rule that was broken.
///
/// Ownership: borrows the scheduler.
/// Threads: confined.
/// Errors: none.
class Watch {
 public:
  Watch(const Scheduler& scheduler, Bug bug) : scheduler_(scheduler), bug_(bug) {}

  void fail(const std::string& what);
  [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }

  /// The ledger is whole: looks at its promises and at who was overtaken.
  void look(Files::File& file, Bytes total);

  /// What is expected of those that were killed, or could not take back what they said.
  enum class Leftovers { none, expected };
  /// A ledger when all processes have ended.
  void look_at_end(const Files::File& file, Leftovers leftovers);

 private:
  struct Waiting {
    int overtaken = 0;
    int limit = 0;
  };
  struct Line {
    std::map<std::uint64_t, Waiting> waiting;
    std::set<std::uint64_t> promised;
  };

  void look_at_line(Line& line, const std::map<std::uint64_t, int>& waiting,
                    const std::set<std::uint64_t>& promised);

  const Scheduler& scheduler_;
  Bug bug_;
  std::optional<std::string> failure_;
  std::map<const Files::File*, Line> lines_;
};

}  // namespace clams::simulation
