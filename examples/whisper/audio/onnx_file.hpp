// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model_tensors.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace whisper {

/// Whether the bytes begin as an ONNX model does.
[[nodiscard]] bool looks_like_onnx(std::span<const std::byte> bytes) noexcept;

/// The float32 tensors that an ONNX model stores, by their names: of its main graph, then of the
/// graphs within (the branches of a condition), each apart. What it calculates is not looked at.
/// The tensors point into `bytes`.
/// @throws clams::Error invalid_input naming `file` for bytes that are truncated or damaged.
[[nodiscard]] std::vector<TensorMap> read_onnx_tensors(std::span<const std::byte> bytes,
                                                       const std::string& file);

}  // namespace whisper
