// SPDX-License-Identifier: Apache-2.0
#include "model/model_finder.hpp"

#include "model/cache_folders.hpp"
#include "model/model_catalogue.hpp"
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <system_error>
#include <utility>

namespace whisper {

namespace fs = std::filesystem;

namespace {

bool exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

/// One search: what is looked for, and where it was not.
class Hunt {
 public:
  Hunt(std::string_view name, const ModelSearch& search);

  /// The model's path; empty if it is nowhere.
  [[nodiscard]] fs::path find();

  [[nodiscard]] clams::Error failure() const;

 private:
  [[nodiscard]] fs::path in_folder(const fs::path& folder);
  [[nodiscard]] fs::path in_hugging_face(const fs::path& cache);

  std::string name_;
  const ModelSearch& search_;
  const CataloguedModel* model_;
  std::vector<std::string> names_;         // under which it may be kept
  std::vector<std::string> repositories_;  // in which it is published
  std::vector<fs::path> looked_in_;
};

Hunt::Hunt(std::string_view name, const ModelSearch& search)
    : name_(name), search_(search), model_(find_in_catalogue(name)), names_{name_} {
  if (model_ == nullptr) {
    if (name_.find('/') != std::string::npos) repositories_.push_back(name_);
    return;
  }
  for (const auto other : {model_->name, model_->other_name}) {
    if (!other.empty() && std::ranges::find(names_, other) == names_.end()) {
      names_.emplace_back(other);
    }
  }
  repositories_ = {std::string{model_->ct2}, std::string{model_->transformers}};
}

fs::path Hunt::in_folder(const fs::path& folder) {
  looked_in_.push_back(folder);
  for (const auto& name : names_) {
    for (const auto& subfolder :
         {name, "faster-whisper-" + name, "whisper-" + name, "faster-" + name}) {
      if (holds_model(folder / subfolder)) return folder / subfolder;
    }
    for (const auto& file : {name + ".pt", "ggml-" + name + ".bin", "ggml-" + name + "-q8_0.bin"}) {
      if (is_file(folder / file)) return folder / file;
    }
  }
  return {};
}

fs::path Hunt::in_hugging_face(const fs::path& cache) {
  for (const auto& repository : repositories_) {
    for (const auto& snapshot : snapshots(cache, repository)) {
      if (holds_model(snapshot)) return snapshot;
    }
  }
  return {};
}

fs::path Hunt::find() {
  if (name_.empty()) {
    throw clams::Error{clams::ErrorCode::not_found,
                       "a model without a name is asked for: give a name such as base, or a path"};
  }
  const bool is_path = name_.find('/') != std::string::npos || name_.starts_with('.');
  if ((is_path || model_ == nullptr) && exists(name_)) return name_;
  auto folders = search_.folders;
  const auto own = own_cache(search_.environment);
  if (own) folders.push_back(*own / "models");
  for (const auto& folder : folders) {
    if (auto found = in_folder(folder); !found.empty()) return found;
    if (auto found = in_hugging_face(folder); !found.empty()) return found;
  }
  if (const auto cache = hugging_face_cache(search_.environment)) {
    looked_in_.push_back(*cache);
    if (auto found = in_hugging_face(*cache); !found.empty()) return found;
  }
  if (const auto cache = cache_home(search_.environment)) {
    if (auto found = in_folder(*cache / "whisper"); !found.empty()) return found;
  }
  return {};
}

clams::Error Hunt::failure() const {
  std::string message =
      fmt::format("there is no model {}, neither as a file or folder of this name nor in", name_);
  if (looked_in_.empty()) message += " any folder, because none is known";
  for (std::size_t i = 0; i < looked_in_.size(); ++i) {
    message += (i == 0 ? " " : ", ") + looked_in_[i].string();
  }
  if (model_ != nullptr) {
    message += fmt::format(
        ". Get it with `whisper fetch {}`, or say with --model-dir in which folder "
        "it is",
        model_->name);
  } else {
    message += fmt::format("{}. Give a path, or one of these names: {}", nearest_model(name_),
                           catalogue_names());
  }
  return {clams::ErrorCode::not_found, message};
}

}  // namespace

fs::path find_model(std::string_view name, const ModelSearch& search) {
  Hunt hunt{name, search};
  auto found = hunt.find();
  if (found.empty()) throw hunt.failure();
  return found;
}

fs::path fetch_folder(const ModelSearch& search) {
  if (!search.folders.empty()) return search.folders.front();
  const auto own = own_cache(search.environment);
  if (!own) {
    throw clams::Error{clams::ErrorCode::usage,
                       "there is no folder for models: give --model-dir, or set HOME"};
  }
  return *own / "models";
}

std::vector<fs::path> roots_of_models(const ModelSearch& search) {
  auto roots = search.folders;
  if (const auto own = own_cache(search.environment)) roots.push_back(*own / "models");
  if (const auto cache = hugging_face_cache(search.environment)) roots.push_back(*cache);
  for (auto& assets : python_assets(search.environment)) roots.push_back(std::move(assets));
  return roots;
}

std::vector<fs::path> model_folders(const fs::path& root) {
  constexpr std::string_view kRepository = "models--";
  std::vector<fs::path> found{root};
  for (const auto& entry : entries_of(root)) {
    const std::string name = lower_case(entry.filename().string());
    const bool is_cached = name.starts_with(kRepository);
    if (!is_cached) found.push_back(entry);
    if (!is_cached || name.find("whisper") == std::string::npos) continue;
    const auto kept = snapshots(root, entry.filename().string().substr(kRepository.size()));
    found.insert(found.end(), kept.begin(), kept.end());
  }
  return found;
}

bool holds_model(const fs::path& folder) {
  constexpr std::array kNames{"model.bin", "model.safetensors", "model.safetensors.index.json"};
  return std::ranges::any_of(kNames, [&](const char* name) { return is_file(folder / name); });
}

}  // namespace whisper
