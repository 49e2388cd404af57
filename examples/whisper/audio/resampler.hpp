// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace whisper {

/// Turns mono sound of any rate into 16 kHz, by a windowed sinc that keeps aliases 80 dB down,
/// within
/// [-1, 1]. Used where there is no FFmpeg.
///
/// Ownership: a value.
/// Threads: confined.
/// Errors: none.
class Resampler {
 public:
  /// @pre rate > 0
  explicit Resampler(int rate);

  /// Appends to `to` the samples that can be told from the input so far.
  void push(std::span<const float> input, std::vector<float>& to);

  /// Appends the rest; the input is followed by silence.
  void finish(std::vector<float>& to);

 private:
  void emit(std::int64_t until, std::vector<float>& to);
  [[nodiscard]] float sample(std::int64_t whole, std::int64_t part);
  void make_weights(std::int64_t part, std::vector<float>& weights) const;

  int rate_;
  double scale_;        // of the filter's zero crossings, in input samples
  std::int64_t reach_;  // input samples before and after that the filter sees
  std::int64_t unit_;   // all places are multiples of it, in 1/16000 input samples
  std::vector<std::vector<float>> phases_;  // weights for each place between two input samples
  std::vector<float> table_;                // one side of the filter
  std::vector<float> input_;                // from position first_ on
  std::int64_t first_;
  std::int64_t taken_ = 0;  // input samples so far
  std::int64_t given_ = 0;  // output samples so far
};

}  // namespace whisper
