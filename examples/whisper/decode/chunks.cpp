// SPDX-License-Identifier: Apache-2.0
#include "decode/chunks.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace whisper {

namespace {

constexpr int kEarliestCut = 2000;
constexpr int kPause = 30;  // frames over which loudness is averaged

std::span<const float> row_of(const MelWindow& window, int mel) {
  const auto frames = static_cast<std::size_t>(window.frames);
  return std::span{window.values}.subspan(static_cast<std::size_t>(mel) * frames, frames);
}

/// How loud each frame is: the sum over its mel bands.
std::vector<float> loudness(const MelWindow& window) {
  std::vector<float> sums(static_cast<std::size_t>(window.frames));
  for (int mel = 0; mel < window.mels; ++mel) {
    const auto row = row_of(window, mel);
    for (std::size_t frame = 0; frame < row.size(); ++frame) sums[frame] += row[frame];
  }
  return sums;
}

}  // namespace

int quiet_cut(const MelWindow& window) {
  const std::vector<float> loud = loudness(window);
  double sum = 0;
  double quietest = 0;
  int cut = window.frames;
  for (int end = kEarliestCut; end <= window.frames; ++end) {
    sum += static_cast<double>(loud[static_cast<std::size_t>(end - 1)]);
    if (end < kEarliestCut + kPause) continue;
    if (end > kEarliestCut + kPause) {
      sum -= static_cast<double>(loud[static_cast<std::size_t>(end - kPause - 1)]);
    }
    if (cut == window.frames || sum <= quietest) {
      quietest = sum;
      cut = end - kPause / 2;
    }
  }
  return cut;
}

MelWindow later_part(const MelWindow& window, int from, int frames, const MelWindow& padding) {
  MelWindow part = padding;
  const auto width = static_cast<std::size_t>(window.frames);
  for (int mel = 0; mel < window.mels; ++mel) {
    const auto to = std::span{part.values}.subspan(static_cast<std::size_t>(mel) * width, width);
    // The last column is padding in any case; the first ones may be what a sound leaves behind.
    std::fill(to.begin(), to.end(), to.back());
    const auto row = row_of(window, mel)
                         .subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(frames));
    std::copy(row.begin(), row.end(), to.begin());
  }
  return part;
}

}  // namespace whisper
