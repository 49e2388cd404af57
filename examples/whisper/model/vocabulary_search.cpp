// SPDX-License-Identifier: Apache-2.0
#include "model/vocabulary_search.hpp"

#include "model/format_error.hpp"
#include "model/vocabulary_file.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <system_error>

namespace whisper {

namespace fs = std::filesystem;

namespace {

constexpr const char* kVariable = "WHISPER_VOCABULARY";

std::optional<Vocabulary> from_folder(const fs::path& folder, const Dimensions& dimensions) {
  const auto files = vocabulary_files(folder, dimensions);
  if (files.empty()) return std::nullopt;
  return read_vocabulary(files.front(), dimensions);
}

std::optional<Vocabulary> from_variable(const Dimensions& dimensions, const ModelSearch& search) {
  const fs::path named = search.environment.get_or(kVariable, "");
  if (named.empty()) return std::nullopt;
  std::error_code ignored;  // read_vocabulary says what is wrong
  if (!fs::is_directory(named, ignored)) return read_vocabulary(named, dimensions);
  return from_folder(named, dimensions);
}

// Another model's vocabulary serves if it is of the same kind; if not, or if it is damaged, the
// next one may.
std::optional<Vocabulary> from_other_model(const fs::path& folder, const Dimensions& dimensions) {
  for (const auto& file : vocabulary_files(folder, dimensions)) {
    try {
      return read_vocabulary(file, dimensions);
    } catch (const clams::Error&) {
      continue;
    }
  }
  return std::nullopt;
}

}  // namespace

Vocabulary find_vocabulary(const fs::path& weights, const Dimensions& dimensions,
                           const ModelSearch& search) {
  const fs::path folder = weights.parent_path();
  if (auto vocabulary = from_folder(folder, dimensions)) return *std::move(vocabulary);
  if (auto vocabulary = from_variable(dimensions, search)) return *std::move(vocabulary);
  std::string looked = folder.empty() ? "." : folder.string();
  for (const auto& other : folders_with_models(search)) {
    if (auto vocabulary = from_other_model(other, dimensions)) return *std::move(vocabulary);
    looked += ", " + other.string();
  }
  const bool multilingual = dimensions.is_multilingual();
  throw clams::Error{
      clams::ErrorCode::not_found,
      fmt::format(
          "{}: there is no vocabulary for these weights. Put vocabulary.txt, tokenizer.json "
          "or {} beside them, or name such a file with {}; the folder whisper/assets of the "
          "Python package openai-whisper has it, and so has {} model of CTranslate2. Looked "
          "in {}",
          weights.string(), multilingual ? "multilingual.tiktoken" : "gpt2.tiktoken", kVariable,
          multilingual ? "any multilingual" : "any English", looked)};
}

}  // namespace whisper
