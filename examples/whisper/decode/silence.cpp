// SPDX-License-Identifier: Apache-2.0
#include "decode/silence.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

namespace whisper {

namespace {

constexpr int kShortestWord = 10;  // frames

/// A tone with an amplitude of 2^-16 has a power of some 10^-7.5 in the mel band around it; the
/// window's values are (log10(power) + 4) / 4.
constexpr float kFaintest = (-7.5F + 4) / 4;

/// What a spectrogram may differ by and still be flat: rounding.
constexpr float kFlat = 1e-4F;

}  // namespace

bool is_inaudible(const MelWindow& window, int frames) {
  if (frames < kShortestWord) return true;
  float lowest = std::numeric_limits<float>::infinity();
  float highest = -lowest;
  const std::span<const float> values{window.values};
  for (int mel = 0; mel < window.mels; ++mel) {
    const auto row =
        values.subspan(static_cast<std::size_t>(mel) * static_cast<std::size_t>(window.frames),
                       static_cast<std::size_t>(frames));
    const auto [low, high] = std::minmax_element(row.begin(), row.end());
    lowest = std::min(lowest, *low);
    highest = std::max(highest, *high);
    if (highest > kFaintest && highest - lowest > kFlat) return false;
  }
  return true;
}

}  // namespace whisper
