// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace clams::simulation {

/// The same numbers for the same seed, with every compiler and library.
///
/// Ownership: a value.
/// Threads: confined.
/// Errors: none.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {  // splitmix64
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
  }

  /// From `low` to `high`, both included.
  template <class Number>
  Number between(Number low, Number high) {
    const auto span = static_cast<std::uint64_t>(high - low) + 1;
    return static_cast<Number>(low + static_cast<Number>(next() % span));
  }

  /// True `percent` times of a hundred.
  bool chance(unsigned percent) { return next() % 100 < percent; }

 private:
  std::uint64_t state_;
};

}  // namespace clams::simulation
