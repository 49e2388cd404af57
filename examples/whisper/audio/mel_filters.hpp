// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/power_spectrum.hpp"

#include <span>
#include <vector>

namespace whisper {

/// The mel filters that Whisper was trained with (Slaney's, up to 8 kHz), for any number of mels.
///
/// Ownership: a value.
/// Threads: immutable.
/// Errors: none.
class MelFilters {
 public:
  /// @pre mels > 0
  explicit MelFilters(int mels);

  [[nodiscard]] int mels() const noexcept { return static_cast<int>(filters_.size()); }

  /// The logarithm (to base 10, at least -10) of each mel's power: `logs[frame * mels() + mel]`.
  /// @pre logs.size() == kLanes * mels()
  void apply(std::span<const Lanes, kBins> power, std::span<float> logs) const;

 private:
  struct Filter {
    int first = 0;                    // bin
    std::vector<float> weights = {};  // of the bins from there on
  };

  std::vector<Filter> filters_;
};

}  // namespace whisper
