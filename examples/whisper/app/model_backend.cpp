// SPDX-License-Identifier: Apache-2.0
#include "app/model_backend.hpp"

#include "app/recognizer.hpp"
#include "audio/voice_activity.hpp"
#include "model/model_catalogue.hpp"
#include "model/model_file.hpp"
#include "model/model_finder.hpp"
#include "model/model_identity.hpp"
#include "net/placement.hpp"
#include <clams/util/error.hpp>

#include <array>
#include <mutex>
#include <string_view>
#include <utility>

namespace whisper {

namespace {

// Short names that upstream's users write; those that the catalogue does not know are left out.
constexpr std::array<std::string_view, 15> kAliases{"t", "te", "b",  "be", "s",  "se", "m", "me",
                                                    "l", "l1", "l2", "l3", "tu", "d",  "ds"};

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const CataloguedModel& model : model_catalogue()) {
    names.emplace_back(model.name);
    if (!model.other_name.empty()) names.emplace_back(model.other_name);
  }
  for (const auto alias : kAliases) {
    if (find_in_catalogue(alias) != nullptr) names.emplace_back(alias);
  }
  return names;
}

ModelSearch search_of(const AppOptions& options) {
  ModelSearch search;
  if (!options.model_dir.empty()) search.folders.push_back(options.model_dir);
  search.vocabulary = options.vocabulary;
  return search;
}

std::string full_name(const std::string& model, const std::filesystem::path& path) {
  if (const auto* const known = find_in_catalogue(model)) return std::string{known->name};
  return path.filename().string();
}

std::shared_ptr<const VoiceDetector> make_voice_detector(const AppOptions& options) {
  if (options.vad_weights.empty()) return make_energy_detector();
  return make_silero_detector(options.vad_weights);
}

}  // namespace

ModelBackend make_whisper_backend(const AppOptions& options) {
  const auto search = search_of(options);
  // Read once, but not before somebody needs a model.
  const auto voice =
      std::make_shared<std::pair<std::once_flag, std::shared_ptr<const VoiceDetector>>>();
  ModelBackend backend;
  backend.names = known_names();
  backend.describe = [search](const std::string& model) {
    const auto path = find_model(model, search);
    const ModelFile file = open_model(path, search);
    return ModelFacts{.name = full_name(model, path),
                      .path = path,
                      .dimensions = file.dimensions,
                      .weights = file.weights};
  };
  backend.load = [search, options, voice](const ModelFacts& facts, const NetworkOptions& network) {
    std::call_once(voice->first, [&] { voice->second = make_voice_detector(options); });
    return std::make_shared<Recognizer>(open_model(facts.path, search), network, voice->second);
  };
  backend.sees_gpus = [] { return gpu_count() > 0; };
  backend.hash = [search](const std::vector<std::filesystem::path>& weights) {
    return weights_sha256(weights, search.environment);
  };
  return backend;
}

}  // namespace whisper
