// SPDX-License-Identifier: Apache-2.0
#include "model/vocabulary_search.hpp"

#include "model/format_error.hpp"
#include "model/vocabulary_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

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
  const fs::path named = search.vocabulary.empty()
                             ? fs::path{search.environment.get_or(kVariable, "")}
                             : search.vocabulary;
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

// Where other models may be, those beside this one first.
std::vector<fs::path> roots_beside(const fs::path& folder, const ModelSearch& search) {
  std::vector<fs::path> roots = roots_of_models(search);
  const fs::path beside = holds_model(folder) ? folder.parent_path() : folder;
  if (std::ranges::find(roots, beside) == roots.end()) roots.insert(roots.begin(), beside);
  return roots;
}

NoVocabulary failure(const fs::path& weights, const Dimensions& dimensions,
                     const std::vector<fs::path>& roots) {
  std::string looked = weights.parent_path().string();
  for (const auto& root : roots) looked += ", " + root.string();
  const bool multilingual = dimensions.is_multilingual();
  return {weights,
          fmt::format("{}: there is no vocabulary for these weights. Put vocabulary.txt, "
                      "tokenizer.json or {} beside them, or name such a file with --vocabulary or "
                      "{}; the folder whisper/assets of the Python package openai-whisper has it, "
                      "and so has {} model of CTranslate2. Looked in these folders and in those of "
                      "models under them: {}",
                      weights.string(), multilingual ? "multilingual.tiktoken" : "gpt2.tiktoken",
                      kVariable, multilingual ? "any multilingual" : "any English", looked)};
}

}  // namespace

Vocabulary find_vocabulary(const fs::path& weights, const Dimensions& dimensions,
                           const ModelSearch& search) {
  const fs::path file = fs::absolute(weights).lexically_normal();
  const fs::path folder = file.parent_path();
  if (auto vocabulary = from_folder(folder, dimensions)) return *std::move(vocabulary);
  if (auto vocabulary = from_variable(dimensions, search)) return *std::move(vocabulary);
  const auto roots = roots_beside(folder, search);
  for (const auto& root : roots) {
    for (const auto& other : model_folders(root)) {
      if (auto vocabulary = from_other_model(other, dimensions)) return *std::move(vocabulary);
    }
  }
  throw failure(file, dimensions, roots);
}

}  // namespace whisper
