// SPDX-License-Identifier: Apache-2.0
#include "model/model_file.hpp"

#include "model/alignment_heads.hpp"
#include "model/ct2_file.hpp"
#include "model/format_error.hpp"
#include "model/mapped_file.hpp"
#include "model/vocabulary_file.hpp"
#include <clams/util/files.hpp>
#include <clams/util/json.hpp>

namespace whisper {

namespace {

namespace fs = std::filesystem;

clams::Json read_json_if_there(const fs::path& file) {
  std::error_code ignored;  // what cannot be looked at is not there
  if (!fs::is_regular_file(file, ignored)) return clams::Json::object();
  try {
    return clams::parse_json(clams::read_file(file));
  } catch (const clams::Error& error) {
    if (error.code() != clams::ErrorCode::invalid_input) throw;
    throw format_error(file.string(), error.what());
  }
}

ModelFile open_ct2(const fs::path& path, const fs::path& weights) {
  auto mapped = std::make_shared<MappedFile>(weights);
  auto read = read_ct2(mapped->bytes(), weights.string());
  ModelFile model{.format = ModelFormat::ctranslate2, .path = path, .weights = {weights}};
  model.dimensions = read.dimensions;
  model.tensors = std::move(read.tensors);
  model.memory = std::move(mapped);
  const fs::path config = weights.parent_path() / "config.json";
  model.alignment_heads =
      read_alignment_heads(read_json_if_there(config), model.dimensions, config.string());
  const auto files = vocabulary_files(weights.parent_path(), model.dimensions);
  if (files.empty())
    throw clams::Error{clams::ErrorCode::not_found, path.string() + ": no vocabulary"};
  model.vocabulary = read_vocabulary(files.front(), model.dimensions);
  return model;
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

ModelFile open_model(const fs::path& path) {
  const fs::path weights = fs::is_directory(path) ? path / "model.bin" : path;
  return open_ct2(path, weights);
}

}  // namespace whisper
