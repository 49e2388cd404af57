// SPDX-License-Identifier: Apache-2.0
// Admission, ledger and models of several processes in one thread, driven by a seed: who runs next,
// who asks for what, who is killed, what fails. The same seed gives the same run.
//
//     simulation [--seeds N] [--first N] [--bug NAME] [--must-fail]
//     simulation --seed N [--trace] [--bug NAME]
//
// It stops at the first seed that breaks a rule, names it, and exits with 1. --bug breaks a rule of
// the simulated world on purpose; --must-fail turns the exit status around, to show that the broken
// rule is noticed.
#include "simulation/allocations.hpp"
#include "simulation/world.hpp"
#include "support/arguments.hpp"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

using namespace clams::simulation;
using clams::testing::Arguments;
using clams::testing::WrongArguments;

struct Settings {
  std::uint64_t first = 1;
  std::uint64_t seeds = 10'000;
  Bug bug = Bug::none;
  World::Trace trace = World::Trace::off;
  bool must_fail = false;
};

Bug bug_named(std::string_view name) {
  if (const auto bug = find_bug(name)) return *bug;
  std::string known;
  for (const NamedBug& one : kBugs) known += " " + std::string{one.name};
  throw WrongArguments{"--bug is " + std::string{name} + ", but must be one of" + known};
}

Settings settings_of(Arguments arguments) {
  constexpr auto kMost = INT64_MAX;
  Settings settings;
  const auto first = arguments.number("--first", 0, kMost);
  const auto seeds = arguments.number("--seeds", 1, kMost);
  const auto only = arguments.number("--seed", 0, kMost);
  if (first) settings.first = static_cast<std::uint64_t>(*first);
  if (seeds) settings.seeds = static_cast<std::uint64_t>(*seeds);
  if (only) {
    settings.first = static_cast<std::uint64_t>(*only);
    settings.seeds = 1;
  }
  if (const auto bug = arguments.text("--bug")) settings.bug = bug_named(*bug);
  if (arguments.has("--trace")) settings.trace = World::Trace::on;
  settings.must_fail = arguments.has("--must-fail");
  arguments.refuse_others();
  return settings;
}

/// @return whether all rules held.
bool run_seed(std::uint64_t seed, const Settings& settings, Tally& tally) {
  const AllocationSweep sweep;
  World world{seed, settings.bug, settings.trace, tally};
  const auto failure = world.run();
  if (failure)
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), failure->c_str());
  return !failure;
}

void report(const Tally& tally, std::chrono::duration<double> time) {
  std::printf(
      "%zu seeds: %zu granted (%zu after a wait, %zu of them at a poll), %zu refused, "
      "%zu ended early, %zu errors, %zu kills, %zu evictions, %.1f s\n",
      tally.runs, tally.granted, tally.waited, tally.polled, tally.refused, tally.ended_early,
      tally.errors, tally.killed, tally.evictions, time.count());
}

int run(const Settings& settings) {
  const auto start = std::chrono::steady_clock::now();
  Tally tally;
  bool is_good = true;
  for (std::uint64_t i = 0; i < settings.seeds && is_good; ++i) {
    is_good = run_seed(settings.first + i, settings, tally);
  }
  report(tally, std::chrono::steady_clock::now() - start);
  return is_good != settings.must_fail ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  return clams::testing::run_program("simulation",
                                     "[--seeds N] [--first N] [--bug NAME] [--must-fail]\n"
                                     "       simulation --seed N [--trace] [--bug NAME]",
                                     [&] {
                                       return run(settings_of(Arguments{count, words}));
                                     });
}
