// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/environment.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace whisper {

/// How far a fetch is.
struct FetchProgress {
  std::string_view file;    ///< `model.bin`
  std::uint64_t done = 0;   ///< bytes of it that are there
  std::uint64_t total = 0;  ///< of how many; 0: the server does not tell
};

/// How a model is fetched.
struct FetchOptions {
  std::filesystem::path folder = {};  ///< becomes the parent of the model's folder
  /// HF_ENDPOINT names another server than https://huggingface.co.
  clams::Environment environment = clams::Environment::of_process();
  /// Called now and then; false: stop.
  std::function<bool(const FetchProgress&)> on_progress = {};
  int attempts = 5;                       ///< at each file, if the connection breaks
  std::chrono::milliseconds pause{1000};  ///< between them
};

/// Downloads a model of the catalogue (model_catalogue.hpp), in CTranslate2's form. All of its
/// files come into a folder beside the final one, which is renamed when everything is there and the
/// weights have the hash that the server told: the model is there as a whole or not at all. What
/// came before an interruption is kept, and the next fetch goes on from there.
/// @return the model's folder; if it is there already, nothing is fetched
/// @throws clams::Error not_found for a name that is not in the catalogue or that the server does
///   not have; unavailable if another process is fetching it, or if this program cannot download;
///   invalid_input if what came has another hash; io; cancelled.
std::filesystem::path fetch_model(std::string_view name, const FetchOptions& options);

}  // namespace whisper
