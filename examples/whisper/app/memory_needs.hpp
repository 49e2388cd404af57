// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/dimensions.hpp"
#include "net/torch_network.hpp"
#include <clams/util/bytes.hpp>

namespace whisper {

/// What decides how much memory a transcription takes besides the model.
struct WorkSize {
  Dimensions dimensions = {};
  ComputeType compute_type = ComputeType::float32;
  int rows = 1;     ///< transcripts side by side per window: beams, or what is drawn
  int windows = 1;  ///< side by side
};

/// An upper estimate of the memory of one transcription on a GPU, until one was measured: the
/// encoder's activations for the windows, the keys and values that the decoder keeps, and the
/// scores of the vocabulary.
[[nodiscard]] clams::Bytes working_bytes(const WorkSize& size);

}  // namespace whisper
