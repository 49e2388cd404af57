// SPDX-License-Identifier: Apache-2.0
#include "model/model_file.hpp"

#include "model/alignment_heads.hpp"
#include "model/ct2_file.hpp"
#include "model/format_error.hpp"
#include "model/ggml_file.hpp"
#include "model/hugging_face_model.hpp"
#include "model/mapped_file.hpp"
#include "model/openai_checkpoint.hpp"
#include "model/safetensors_file.hpp"
#include "model/vocabulary_search.hpp"
#include "model/weights_file.hpp"
#include <clams/util/files.hpp>
#include <clams/util/json.hpp>

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

namespace whisper {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kIndexEnding = ".index.json";

clams::Json read_json(const fs::path& file) {
  const std::string text = clams::read_file(file);
  try {
    auto json = clams::parse_json(text);
    if (json.is_object()) return json;
  } catch (const clams::Error& error) {
    throw format_error(file.string(), error.what());
  }
  throw format_error(file.string(), "a JSON object was expected");
}

/// Files that stay mapped, and copies, as long as the model does.
struct Memory final : ModelMemory {
  void read_ahead() const noexcept override {
    for (const auto& file : files) file->read_ahead();
  }
  void forget(std::span<const std::byte> bytes) const noexcept override {
    for (const auto& file : files) file->forget(bytes);
  }

  std::vector<std::unique_ptr<MappedFile>> files = {};
  std::shared_ptr<const void> copies = {};
};

/// Puts a ModelFile together.
class Opening {
 public:
  Opening(const fs::path& path, const ModelSearch& search)
      : search_(search), weights_(find_weights(path)), folder_(weights_.parent_path()) {
    model_.path = path;
  }

  [[nodiscard]] ModelFile open();

 private:
  std::span<const std::byte> map(const fs::path& file);
  void open_hugging_face(const std::vector<fs::path>& shards);
  [[nodiscard]] std::vector<fs::path> shards_of_index() const;
  void take(ModelWeights weights);
  void find_alignment_heads();

  const ModelSearch& search_;
  fs::path weights_;
  fs::path folder_;
  ModelFile model_;
  std::shared_ptr<Memory> memory_ = std::make_shared<Memory>();
};

std::span<const std::byte> Opening::map(const fs::path& file) {
  memory_->files.push_back(std::make_unique<MappedFile>(file));
  model_.weights.push_back(file);
  return memory_->files.back()->bytes();
}

// `weight_map` says in which file of the folder each tensor is.
std::vector<fs::path> Opening::shards_of_index() const {
  const auto index = read_json(weights_);
  std::vector<fs::path> shards;
  const auto map = index.find("weight_map");
  if (map == index.end() || !map->is_object()) {
    throw format_error(weights_.string(), "there is no weight_map");
  }
  for (const auto& [tensor, file] : map->items()) {
    const fs::path name = file.is_string() ? file.get<std::string>() : "";
    if (name.empty() || name.has_parent_path()) {
      throw format_error(weights_.string(),
                         "the place of tensor " + shown(tensor) + " is not a file of this folder");
    }
    if (std::ranges::find(shards, folder_ / name) == shards.end()) shards.push_back(folder_ / name);
  }
  return shards;
}

void Opening::open_hugging_face(const std::vector<fs::path>& shards) {
  const fs::path config = folder_ / "config.json";
  const Dimensions dimensions = read_hugging_face_config(read_json(config), config.string());
  TensorMap stored;
  for (const auto& shard : shards) read_safetensors(map(shard), shard.string(), stored);
  model_.format = ModelFormat::hugging_face;
  take(make_hugging_face_weights(stored, dimensions, weights_.string()));
}

void Opening::take(ModelWeights weights) {
  model_.dimensions = weights.dimensions;
  model_.tensors = std::move(weights.tensors);
  model_.vocabulary.tokens = std::move(weights.tokens);
  memory_->copies = std::move(weights.copies);
}

void Opening::find_alignment_heads() {
  const bool in_folder =
      model_.format == ModelFormat::ctranslate2 || model_.format == ModelFormat::hugging_face;
  for (const auto* name : {"generation_config.json", "config.json"}) {
    const fs::path file = folder_ / name;
    std::error_code ignored;  // what cannot be looked at is not there
    if (!in_folder || !fs::is_regular_file(file, ignored)) continue;
    model_.alignment_heads =
        read_alignment_heads(read_json(file), model_.dimensions, file.string());
    if (!model_.alignment_heads.empty()) return;
  }
  model_.alignment_heads =
      known_alignment_heads(model_.dimensions, fs::absolute(weights_).string());
}

ModelFile Opening::open() {
  const std::string name = weights_.string();
  if (name.ends_with(kIndexEnding)) {
    open_hugging_face(shards_of_index());
  } else {
    const MappedFile probe{weights_};
    switch (model_.format = detect_format(probe.bytes(), name)) {
      case ModelFormat::ctranslate2: take(read_ct2(map(weights_), name)); break;
      case ModelFormat::hugging_face: open_hugging_face({weights_}); break;
      case ModelFormat::openai_checkpoint: take(read_openai_checkpoint(map(weights_), name)); break;
      case ModelFormat::ggml: take(read_ggml(map(weights_), name)); break;
    }
  }
  if (model_.vocabulary.tokens.empty()) {
    model_.vocabulary = find_vocabulary(weights_, model_.dimensions, search_);
  }
  find_alignment_heads();
  model_.memory = memory_;
  return std::move(model_);
}

}  // namespace

std::string_view format_name(ModelFormat format) noexcept {
  switch (format) {
    case ModelFormat::ctranslate2: return "CTranslate2";
    case ModelFormat::hugging_face: return "Hugging Face";
    case ModelFormat::openai_checkpoint: return "OpenAI";
    case ModelFormat::ggml: return "ggml";
  }
  return "";
}

const StoredTensor& ModelFile::tensor(std::string_view name) const {
  const auto found = tensors.find(name);
  if (found == tensors.end()) {
    throw format_error(path.string(), "there is no tensor " + std::string{name});
  }
  return found->second;
}

ModelFile open_model(const fs::path& path, const ModelSearch& search) {
  return Opening{path, search}.open();
}

}  // namespace whisper
