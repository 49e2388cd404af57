// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace whisper {

/// What a decoder has produced and nobody has taken yet: decoders work in blocks of their own size,
/// and whoever reads asks for other ones.
///
/// Ownership: owns the samples.
/// Threads: confined.
/// Errors: none of its own; what `decode` throws passes through.
template <typename Sample>
class DecodedSamples {
 public:
  /// Fills `to` with samples as floats; fewer only at the end. When none are left, `decode` is
  /// called with an empty vector to put the next ones into; what it leaves empty is the end.
  template <typename Decode, typename ToFloat>
  std::size_t read(std::span<float> to, Decode decode, ToFloat to_float) {
    std::size_t done = 0;
    while (done < to.size() && (given_ < samples_.size() || refill(decode))) {
      const auto count = std::min(to.size() - done, samples_.size() - given_);
      const auto from = samples_.begin() + static_cast<std::ptrdiff_t>(given_);
      std::transform(from, from + static_cast<std::ptrdiff_t>(count),
                     to.begin() + static_cast<std::ptrdiff_t>(done), to_float);
      given_ += count;
      done += count;
    }
    return done;
  }

 private:
  template <typename Decode>
  bool refill(Decode decode) {
    samples_.clear();
    given_ = 0;
    decode(samples_);
    return !samples_.empty();
  }

  std::vector<Sample> samples_;
  std::size_t given_ = 0;
};

}  // namespace whisper
