// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/environment.hpp>

#include <filesystem>
#include <span>
#include <string>

namespace whisper {

/// The SHA-256 of a model's weights in lower-case hex: of the file, or, for weights in several
/// files, of their hashes one after the other. A hash is remembered in the user's cache until the
/// file's size, time or place on the disk changes, so that gigabytes are read once and not at each
/// start; without a cache, or with a damaged one, it is taken again.
/// @throws clams::Error not_found or io if a file cannot be read.
[[nodiscard]] std::string weights_sha256(std::span<const std::filesystem::path> weights,
                                         const clams::Environment& environment);

/// The SHA-256 of one file, as it is now.
/// @throws clams::Error not_found or io if it cannot be read.
[[nodiscard]] std::string file_sha256(const std::filesystem::path& file);

}  // namespace whisper
