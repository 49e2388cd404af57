// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/attention_tiles.hpp"
#include "net/vector512.hpp"

#include <cmath>

// What the kernels of attention share. To be included where they are compiled.
namespace whisper {

/// Of a multiple of 32 numbers.
WHISPER_AVX512 inline float highest_of(const float* numbers, std::size_t count) {
  constexpr std::size_t kLanes = 16;
  __m512 most[2] = {_mm512_set1_ps(-INFINITY), _mm512_set1_ps(-INFINITY)};  // neither waits
  for (std::size_t i = 0; i < count; i += 2 * kLanes) {
    most[0] = _mm512_max_ps(most[0], _mm512_loadu_ps(numbers + i));
    most[1] = _mm512_max_ps(most[1], _mm512_loadu_ps(numbers + i + kLanes));
  }
  return _mm512_reduce_max_ps(_mm512_max_ps(most[0], most[1]));
}

/// e^((score - the highest) * scale), sixteen at a time.
class SoftWeights {
 public:
  WHISPER_AVX512 SoftWeights(const float* scores, std::size_t count, float scale)
      : scores_(scores),
        factor_(_mm512_set1_ps(scale * kLog2E)),
        shift_(_mm512_set1_ps(highest_of(scores, count) * scale * kLog2E)) {}

  WHISPER_AVX512 __m512 at(std::size_t i) const {
    return power_of_two(_mm512_fmsub_ps(_mm512_loadu_ps(scores_ + i), factor_, shift_));
  }

 private:
  static constexpr float kLog2E = 1.44269504F;

  const float* scores_;
  __m512 factor_;
  __m512 shift_;
};

}  // namespace whisper
