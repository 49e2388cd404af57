// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/environment.hpp>

#include <filesystem>
#include <string_view>
#include <vector>

namespace whisper {

/// Where models may be.
///
/// Ownership: a value.
/// Threads: immutable.
/// Errors: none.
struct ModelSearch {
  std::vector<std::filesystem::path> folders = {};  ///< as given with --model-dir, best first
  /// Tells where the caches of Hugging Face and OpenAI are: HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME,
  /// HOME; where Python's packages are: VIRTUAL_ENV; and WHISPER_VOCABULARY.
  clams::Environment environment = clams::Environment::of_process();
  /// A file or folder, as WHISPER_VOCABULARY, and before it; empty: none.
  std::filesystem::path vocabulary = {};
};

/// Finds a model: by its path; or by its name or alias (model_catalogue.hpp) in the folders, among
/// what `whisper fetch` brought, in the Hugging Face cache, which faster-whisper uses too, and in
/// OpenAI's cache. An `ORGANISATION/NAME` of the Hugging Face cache is a name as well.
/// @return a path for open_model()
/// @throws clams::Error not_found that lists where it looked and says how to get the model.
[[nodiscard]] std::filesystem::path find_model(std::string_view name, const ModelSearch& search);

/// Where `whisper fetch` puts models: the first of the folders, or a cache of our own.
/// @throws clams::Error usage if there is neither a folder nor a home.
[[nodiscard]] std::filesystem::path fetch_folder(const ModelSearch& search);

/// Where other models, and with them vocabularies, may be: the folders of the search, what `whisper
/// fetch` brought, the Hugging Face cache, and the Python package openai-whisper.
[[nodiscard]] std::vector<std::filesystem::path> roots_of_models(const ModelSearch& search);

/// The folders of models under a root: itself, those in it, and snapshots of a Hugging Face cache.
[[nodiscard]] std::vector<std::filesystem::path> model_folders(const std::filesystem::path& root);

/// Whether the folder holds weights in a form that is read.
[[nodiscard]] bool holds_model(const std::filesystem::path& folder);

}  // namespace whisper
