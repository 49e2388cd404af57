// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/run_extras.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace whisper {

/// Where networks run.
enum class DeviceChoice {
  automatic,  ///< on a GPU if there is one
  processor,
  gpu  ///< an error if there is none
};

/// What is set for the whole process, and is no matter of a request.
struct AppOptions {
  std::string model = "turbo";  ///< for requests that name none: a name, or where the model is
  bool names_model = false;     ///< somebody chose it
  std::filesystem::path model_dir = {};  ///< searched first; empty: the caches of others only
  DeviceChoice device = DeviceChoice::automatic;
  std::optional<int> gpu = {};             ///< the one to prefer, as CUDA counts
  std::string compute_type = "auto";       ///< for requests that name none
  int threads = 0;                         ///< of one network on the processor; 0: one a processor
  std::filesystem::path vocabulary = {};   ///< for weights that have none; empty: it is looked for
  std::filesystem::path vad_weights = {};  ///< silero-vad's; empty: speech is told by loudness
  std::chrono::seconds longest_audio{24 * 3600};
};

/// The settings of the program that fill AppOptions.
[[nodiscard]] std::vector<clams::AppSetting> app_settings();

/// The options out of what was set.
/// @throws clams::Error usage naming the setting, its value and what would be right.
[[nodiscard]] AppOptions read_app_options(const clams::AppSettings& set);

/// Changes what was set, and leaves the rest.
/// @throws clams::Error usage, as above
void change_app_options(const clams::AppSettings& set, AppOptions& options);

/// `auto`, `cpu`, `cuda` or `cuda:1`, put into `options`.
/// @throws clams::Error usage
void set_device(AppOptions& options, const std::string& text);

/// A number of threads, at least 1.
/// @throws clams::Error usage naming `setting`
[[nodiscard]] int parse_threads(const std::string& setting, const std::string& text);

}  // namespace whisper
