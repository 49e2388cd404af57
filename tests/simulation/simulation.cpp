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

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace clams::simulation;

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
  throw std::runtime_error{"--bug: one of" + known};
}

Settings settings_of(int count, char** words) {
  Settings settings;
  for (int i = 1; i < count; ++i) {
    const std::string_view word{words[i]};
    const auto number = [&] { return std::strtoull(words[++i], nullptr, 10); };
    if (word == "--trace") {
      settings.trace = World::Trace::on;
    } else if (word == "--must-fail") {
      settings.must_fail = true;
    } else if (i + 1 >= count) {
      throw std::runtime_error{"unknown argument " + std::string{word}};
    } else if (word == "--seeds") {
      settings.seeds = number();
    } else if (word == "--first") {
      settings.first = number();
    } else if (word == "--seed") {
      settings.first = number();
      settings.seeds = 1;
    } else if (word == "--bug") {
      settings.bug = bug_named(words[++i]);
    } else {
      throw std::runtime_error{"unknown argument " + std::string{word}};
    }
  }
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

}  // namespace

int main(int count, char** words) {
  try {
    const Settings settings = settings_of(count, words);
    const auto start = std::chrono::steady_clock::now();
    Tally tally;
    bool is_good = true;
    for (std::uint64_t i = 0; i < settings.seeds && is_good; ++i) {
      is_good = run_seed(settings.first + i, settings, tally);
    }
    report(tally, std::chrono::steady_clock::now() - start);
    return is_good != settings.must_fail ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
