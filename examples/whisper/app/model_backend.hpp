// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/app_options.hpp"
#include "app/speech_to_text.hpp"
#include "model/dimensions.hpp"
#include "net/torch_network.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace whisper {

/// What is known of a model before it is loaded.
struct ModelFacts {
  std::string name = {};  ///< in full, where an alias was given
  std::filesystem::path path = {};
  std::filesystem::path place = {};  ///< the path without links: one for one copy of weights
  Dimensions dimensions = {};
  std::vector<std::filesystem::path> weights = {};
};

/// What the app asks of models: the seam at which tests put toys.
///
/// Ownership: a value.
/// Threads: each function may be entered by several threads at once.
/// Errors: `describe` throws clams::Error not_found for a model that is not there, invalid_input
///   for one that cannot be read; `load` throws those, and what the device's library throws.
struct ModelBackend {
  /// Names and aliases that requests may give.
  std::vector<std::string> names = {};
  /// Finds a model by name, alias or path.
  std::function<ModelFacts(const std::string& model)> describe = {};
  std::function<std::shared_ptr<SpeechToText>(const ModelFacts&, const NetworkOptions&)> load = {};
  /// Whether models can be loaded to GPUs.
  std::function<bool()> sees_gpus = {};
  /// The SHA-256 of weights, in hex.
  std::function<std::string(const std::vector<std::filesystem::path>& weights)> hash = {};
};

/// The models on this machine, in libtorch.
[[nodiscard]] ModelBackend make_whisper_backend(const AppOptions& options);

}  // namespace whisper
