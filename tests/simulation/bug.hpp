// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace clams::simulation {

/// A rule that the simulated world breaks on purpose, so that a test can show that it is noticed.
enum class Bug {
  none,
  shared_lock,       ///< everybody gets the lock of a ledger at once
  lost_locks,        ///< the locks of live processes' slots are not seen
  no_grace,          ///< what the dead had counts as free at once
  no_wake,           ///< who sleeps is not woken
  endless_wait,      ///< nor does the time end a sleep
  nearest_only,      ///< who waits watches one device only
  evicted_lease,     ///< a model that is in use can be dropped
  forgotten_bypass,  ///< nobody counts who was overtaken
  leaked_promise     ///< a promise outlives its request
};

struct NamedBug {
  std::string_view name;
  Bug bug;
};

inline constexpr std::array kBugs{NamedBug{"shared_lock", Bug::shared_lock},
                                  NamedBug{"lost_locks", Bug::lost_locks},
                                  NamedBug{"no_grace", Bug::no_grace},
                                  NamedBug{"no_wake", Bug::no_wake},
                                  NamedBug{"endless_wait", Bug::endless_wait},
                                  NamedBug{"nearest_only", Bug::nearest_only},
                                  NamedBug{"evicted_lease", Bug::evicted_lease},
                                  NamedBug{"forgotten_bypass", Bug::forgotten_bypass},
                                  NamedBug{"leaked_promise", Bug::leaked_promise}};

[[nodiscard]] inline std::optional<Bug> find_bug(std::string_view name) {
  for (const NamedBug& known : kBugs) {
    if (known.name == name) return known.bug;
  }
  return std::nullopt;
}

}  // namespace clams::simulation
