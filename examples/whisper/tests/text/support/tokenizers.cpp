// SPDX-License-Identifier: Apache-2.0
#include "text/support/tokenizers.hpp"

#include "model/model_file.hpp"

#include <filesystem>
#include <map>

namespace whisper::testing {

namespace {

const std::filesystem::path& models() {
  static const std::filesystem::path path = WHISPER_MODELS_DIR;
  return path;
}

}  // namespace

bool has_model(const std::string& name) { return std::filesystem::exists(models() / name); }

const Tokenizer& tokenizer_of(const std::string& name) {
  static std::map<std::string, Tokenizer> made;
  const auto found = made.find(name);
  if (found != made.end()) return found->second;
  auto file = open_model(models() / name);
  return made.emplace(name, Tokenizer(std::move(file.vocabulary), file.dimensions)).first->second;
}

Vocabulary made_up_vocabulary(const std::vector<std::string>& merged, std::size_t size) {
  Vocabulary vocabulary;
  for (int byte = 0; byte < 256; ++byte) vocabulary.tokens.emplace_back(1, static_cast<char>(byte));
  vocabulary.tokens.insert(vocabulary.tokens.end(), merged.begin(), merged.end());
  while (vocabulary.tokens.size() < size) {
    vocabulary.tokens.push_back("\xFF filler " + std::to_string(vocabulary.tokens.size()));
  }
  return vocabulary;
}

}  // namespace whisper::testing
