// SPDX-License-Identifier: Apache-2.0
#include "net/thread_team.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <c10/core/InferenceMode.h>
#include <stdexcept>
#include <thread>
#include <vector>

namespace whisper {
namespace {

constexpr std::size_t kStages = 20;

std::size_t units_of(std::size_t stage) { return 1 + stage * 7 % 11; }

/// Counts how often each unit is done, and whether one came before the stages that it needs.
class CountedWork final : public StagedWork {
 public:
  CountedWork() {
    for (std::size_t stage = 0; stage < kStages; ++stage) {
      done_[stage] = std::vector<std::atomic<int>>(units_of(stage));
    }
  }
  [[nodiscard]] std::size_t stages() const override { return kStages; }
  [[nodiscard]] std::size_t units(std::size_t stage) const override { return units_of(stage); }
  void run(std::size_t stage, std::size_t unit, std::size_t /*worker*/) noexcept override {
    if (stage > 0 && !is_done(stage - 1)) early_ = true;
    ++done_[stage][unit];
  }
  [[nodiscard]] bool is_right() const {
    bool right = !early_;
    for (std::size_t stage = 0; stage < kStages; ++stage) right = right && is_done(stage);
    return right;
  }

 private:
  [[nodiscard]] bool is_done(std::size_t stage) const {
    for (const auto& count : done_[stage]) {
      if (count != 1) return false;
    }
    return true;
  }

  std::array<std::vector<std::atomic<int>>, kStages> done_;
  std::atomic<bool> early_ = false;
};

int wrong_runs(ThreadTeam& team, int runs) {
  int wrong = 0;
  for (int i = 0; i < runs; ++i) {
    CountedWork work;
    team.run(work);
    wrong += work.is_right() ? 0 : 1;
  }
  return wrong;
}

}  // namespace

TEST_CASE("a team does each unit once, and no stage before the one it needs", "[whisper]") {
  ThreadTeam team{GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{4})};

  CHECK(wrong_runs(team, 200) == 0);
}

TEST_CASE("who finds the team's helpers busy does the work alone", "[whisper]") {
  ThreadTeam team{3};
  std::array<int, 3> wrong{};
  std::vector<std::thread> callers;

  for (auto& count : wrong) callers.emplace_back([&] { count = wrong_runs(team, 100); });
  for (auto& caller : callers) caller.join();

  CHECK(wrong == std::array<int, 3>{});
}

TEST_CASE("each unit that is shared out is done once, also those that a unit shares", "[whisper]") {
  std::array<std::atomic<int>, 100> done{};

  share_units(10, [&](std::size_t ten) {
    share_units(10, [&](std::size_t one) { ++done[10 * ten + one]; });
  });

  CHECK(std::all_of(done.begin(), done.end(), [](const auto& count) { return count == 1; }));
}

TEST_CASE("rows are shared out in parts, of which the last may be shorter", "[whisper]") {
  std::array<std::atomic<int>, 10> done{};

  share_rows(10, 4, [&](std::int64_t begin, std::int64_t end) {
    for (auto row = begin; row < end; ++row) ++done[static_cast<std::size_t>(row)];
  });

  CHECK(std::all_of(done.begin(), done.end(), [](const auto& count) { return count == 1; }));
}

TEST_CASE("what a unit throws is thrown to the caller, after the other units are done",
          "[whisper]") {
  std::atomic<int> done = 0;

  const auto share = [&] {
    share_units(20, [&](std::size_t unit) {
      if (unit == 3) throw std::runtime_error{"no memory"};
      ++done;
    });
  };

  CHECK_THROWS_WITH(share(), "no memory");
  CHECK(done == 19);
}

TEST_CASE("helpers compute in inference mode, as their callers do", "[whisper]") {
  std::atomic<int> others = 0;
  const c10::InferenceMode inference;

  share_units(100, [&](std::size_t) { others += c10::InferenceMode::is_enabled() ? 0 : 1; });

  CHECK(others == 0);
}

}  // namespace whisper
