// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace clams {

/// The memory that a model's files will take once they are loaded.
struct CheckpointSize {
  Bytes bytes;
  std::string how;  ///< for people: which files, and whether their headers or sizes were read
};

/// Reads how much memory a model takes from the heads of its files; the tensors are not read.
///
/// - `.safetensors`: the tensors that the header lists. Where `compute_type` says how the app loads
///   them (`float32`, `float16`, `bfloat16`, `int8` and what starts with it), each float counts as
///   that type; otherwise as it is stored.
/// - PyTorch's zip files (`.pt`, `.pth`, `.bin`): the tensors in their directory, as stored.
/// - anything else (CTranslate2, GGUF, older pickles): the file's size.
/// - a folder: its model files in one format, safetensors first, so that no weights that are there
///   in two formats are counted twice. Folders within it are not looked at.
///
/// A header that is cut short or contradicts the file is no error: the file's size counts then, and
/// `how` says why.
/// @throws Error not_found if `path`, or a file that it names, is missing, or a folder has no model
///   file; io for what is neither a file nor a folder, and for what cannot be read.
[[nodiscard]] CheckpointSize checkpoint_size(const std::filesystem::path& path,
                                             std::string_view compute_type = {});

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/checkpoint_size.ipp>
#endif
