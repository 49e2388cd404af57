// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace whisper {

/// A part of a recording, in frames of 10 ms: from `begin` to before `end`.
struct Clip {
  int begin = 0;
  int end = 0;
  bool operator==(const Clip&) const = default;
};

/// The parts that pairs of seconds name, as far as the recording has them; the last end may be
/// missing. Everything for none.
/// @throws clams::Error invalid_parameter for seconds that are negative or go back.
[[nodiscard]] std::vector<Clip> make_clips(std::span<const double> seconds, int frames);

}  // namespace whisper
