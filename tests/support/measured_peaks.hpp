// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/catch.hpp"
#include <clams/memory/memory_guard.hpp>

#include <barrier>
#include <cstddef>
#include <thread>
#include <vector>

namespace clams::testing {

/// Of a scope that touched one device.
inline MeasuredPeak only(const std::vector<MeasuredPeak>& peaks) {
  REQUIRE(peaks.size() == 1);
  return peaks.front();
}

/// What each of `count` requests is measured to take that do `work(number)` at once, each in a
/// thread of its own.
template <typename Work>
std::vector<MeasuredPeak> measured_side_by_side(PeakMeter& meter, std::size_t count,
                                                const Work& work) {
  std::vector<MeasuredPeak> peaks(count);
  std::barrier start{static_cast<std::ptrdiff_t>(count)};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      const MemoryGuard guard{meter, ScopeKind::request};
      start.arrive_and_wait();
      work(i);
      peaks[i] = guard.peaks().at(0);
    });
  }
  for (auto& thread : threads) thread.join();
  return peaks;
}

}  // namespace clams::testing
