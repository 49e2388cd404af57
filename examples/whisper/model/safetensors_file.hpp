// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model_tensors.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace whisper {

/// Whether the bytes begin as a safetensors file does.
[[nodiscard]] bool looks_like_safetensors(std::span<const std::byte> bytes) noexcept;

/// Adds a safetensors file's tensors, by the names that they have there.
/// @throws clams::Error invalid_input naming `file` for bytes that are truncated or damaged, a
///   tensor that is there twice or is not of floating-point numbers.
void read_safetensors(std::span<const std::byte> bytes, const std::string& file,
                      TensorMap& tensors);

}  // namespace whisper
