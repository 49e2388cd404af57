// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>

#include <string>
#include <vector>

namespace whisper {

/// What the app says of itself, and of the models that it can be asked for.
struct MetadataChoices {
  std::vector<std::string> models = {};  ///< names and aliases that requests may give
  std::string default_model = "turbo";
  std::string default_compute_type = "auto";
};

/// The app metadata: parameters and output of the Python app, and more parameters.
[[nodiscard]] clams::AppMetadata whisper_metadata(const MetadataChoices& choices);

}  // namespace whisper
