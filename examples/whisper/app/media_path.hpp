// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/document.hpp>

#include <filesystem>

namespace whisper {

/// The file of a document. Below `root`, links resolved, unless that is empty.
/// @throws clams::Error invalid_input naming the document if it has no local file, or one that may
///   not be read.
[[nodiscard]] std::filesystem::path media_path(const clams::Document& document,
                                               const std::filesystem::path& root);

}  // namespace whisper
