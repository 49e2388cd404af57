// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model_file.hpp"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace whisper {

/// The file with the weights of a model given by that file or by its folder. For sharded weights it
/// is their index.
/// @throws clams::Error not_found if there is nothing, or nothing of a model, or several models.
[[nodiscard]] std::filesystem::path find_weights(const std::filesystem::path& path);

/// The format of a weights file, by its first bytes.
/// @throws clams::Error invalid_input naming `file`, and what it is if that is known.
[[nodiscard]] ModelFormat detect_format(std::span<const std::byte> bytes, const std::string& file);

}  // namespace whisper
