// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model_tensors.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace whisper {

/// Reads a checkpoint as openai-whisper's are: PyTorch's zip archive with `dims` and
/// `model_state_dict`. Its pickle is read as data; nothing in it is executed. Tensors that do not
/// lie row by row are copied.
/// @throws clams::Error invalid_input naming `file` for bytes that are truncated, damaged or
///   hostile, or another kind of checkpoint.
[[nodiscard]] ModelWeights read_openai_checkpoint(std::span<const std::byte> bytes,
                                                  const std::string& file);

}  // namespace whisper
