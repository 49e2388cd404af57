// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/environment.hpp>

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace whisper {

/// The user's folder for caches: XDG_CACHE_HOME, or `.cache` at HOME. None if neither is set.
[[nodiscard]] std::optional<std::filesystem::path> cache_home(
    const clams::Environment& environment);

/// This program's own folder there.
[[nodiscard]] std::optional<std::filesystem::path> own_cache(const clams::Environment& environment);

/// Where Hugging Face's libraries keep their downloads: HF_HUB_CACHE, HF_HOME/hub, or
/// `huggingface/hub` in the cache. None if nothing is set.
[[nodiscard]] std::optional<std::filesystem::path> hugging_face_cache(
    const clams::Environment& environment);

/// The folder of a repository (`openai/whisper-tiny`) in a cache of that layout: the snapshot that
/// `main` refers to, and then all others.
[[nodiscard]] std::vector<std::filesystem::path> snapshots(const std::filesystem::path& cache,
                                                           std::string_view repository);

/// Where the Python package openai-whisper keeps its vocabularies, in VIRTUAL_ENV if that is set.
[[nodiscard]] std::vector<std::filesystem::path> python_assets(
    const clams::Environment& environment);

/// Whether a regular file stands there; what cannot be looked at does not.
[[nodiscard]] bool is_file(const std::filesystem::path& path);

/// What stands in a folder, sorted; nothing if it cannot be read.
[[nodiscard]] std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

}  // namespace whisper
