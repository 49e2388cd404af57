// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model_tensors.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace whisper {

/// Whether the bytes begin as a whisper.cpp model does.
[[nodiscard]] bool looks_like_ggml(std::span<const std::byte> bytes) noexcept;

/// Reads a model of whisper.cpp with numbers in f32, f16 or q8_0, and its vocabulary.
/// @throws clams::Error invalid_input naming `file` for bytes that are truncated or damaged, or
///   numbers in another form.
[[nodiscard]] ModelWeights read_ggml(std::span<const std::byte> bytes, const std::string& file);

}  // namespace whisper
