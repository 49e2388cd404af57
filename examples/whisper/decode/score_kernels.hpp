// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace whisper {

/// The inner loops of score_math.hpp, as the processor that this runs on does them fastest.
struct ScoreKernels {
  float (*highest)(const float* scores, std::size_t count);
  double (*sum_of_exponentials)(const float* scores, std::size_t count, float shift, float scale);
  /// to[i] = (scores[i] - first) - second
  void (*subtract)(const float* scores, std::size_t count, float first, float second, float* to);
};

/// Chosen once, at the first call.
[[nodiscard]] const ScoreKernels& score_kernels();

}  // namespace whisper
