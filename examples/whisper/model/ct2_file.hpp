// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model_tensors.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace whisper {

/// Whether the bytes begin as a CTranslate2 model does.
[[nodiscard]] bool looks_like_ct2(std::span<const std::byte> bytes);

/// Reads CTranslate2's `model.bin`, versions 4 to 6. Its fused matrices become views of their rows.
/// @throws clams::Error invalid_input naming `file` for bytes that are truncated, damaged, or no
///   Whisper model.
[[nodiscard]] ModelWeights read_ct2(std::span<const std::byte> bytes, const std::string& file);

}  // namespace whisper
