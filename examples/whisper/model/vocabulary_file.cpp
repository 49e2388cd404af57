// SPDX-License-Identifier: Apache-2.0
#include "model/vocabulary_file.hpp"

#include "model/byte_alphabet.hpp"
#include "model/format_error.hpp"
#include <clams/util/files.hpp>
#include <clams/util/json_reader.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

namespace whisper {

namespace {

constexpr std::string_view kEndOfText = "<|endoftext|>";

/// Gathers tokens by their ids until all ordinary ones are there.
class TokenTable {
 public:
  TokenTable(std::size_t count, std::string_view file) : tokens_(count), file_(file) {}

  /// @param spelling in the printable alphabet
  void add_spelled(std::uint64_t id, std::string_view spelling) {
    if (id == tokens_.size() && spelling != kEndOfText) throw wrong_kind();
    if (id < tokens_.size() && spelling == kEndOfText) throw wrong_kind();
    if (spelling == kEndOfText) ends_ = true;
    if (id < tokens_.size()) add(id, bytes_of_spelling(spelling, id));
  }

  void add(std::uint64_t id, std::string bytes) {
    if (id >= tokens_.size()) throw wrong_kind();
    auto& token = tokens_[static_cast<std::size_t>(id)];
    if (token) throw format_error(file_, fmt::format("token {} is there twice", id));
    token = std::move(bytes);
  }

  [[nodiscard]] Vocabulary finish() {
    // The last multilingual token is empty, and some files that name tokens leave it out.
    if (ends_ && tokens_.size() == 50257 && !tokens_.back()) tokens_.back() = "";
    Vocabulary vocabulary;
    vocabulary.tokens.reserve(tokens_.size());
    for (std::size_t id = 0; id < tokens_.size(); ++id) {
      if (!tokens_[id]) {
        throw format_error(file_, fmt::format("there is no token {} of {}", id, tokens_.size()));
      }
      vocabulary.tokens.push_back(*std::move(tokens_[id]));
    }
    return vocabulary;
  }

 private:
  [[nodiscard]] std::string bytes_of_spelling(std::string_view spelling, std::uint64_t id) const {
    auto bytes = bytes_from_alphabet(spelling);
    if (!bytes) {
      throw format_error(file_, fmt::format("token {} has a letter that stands for no byte", id));
    }
    return *std::move(bytes);
  }

  [[nodiscard]] clams::Error wrong_kind() const {
    return format_error(
        file_,
        fmt::format("the vocabulary is not that of {} model: the end of text "
                    "must be token {}",
                    tokens_.size() == 50256 ? "an English" : "a multilingual", tokens_.size()));
  }

  std::vector<std::optional<std::string>> tokens_;
  std::string_view file_;
  bool ends_ = false;  // the end of text was there, at its place
};

void read_lines(std::string_view text, TokenTable& table) {
  for (std::uint64_t id = 0; !text.empty(); ++id) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    table.add_spelled(id, line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

void read_tiktoken(std::string_view text, std::string_view file, TokenTable& table) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    const auto space = line.find(' ');
    auto bytes = bytes_from_base64(line.substr(0, space));
    std::uint64_t rank = 0;
    const char* const last = line.data() + line.size();
    if (space == std::string_view::npos || !bytes ||
        std::from_chars(line.data() + space + 1, last, rank).ec != std::errc{}) {
      throw format_error(file, "the line '" + shown(line) + "' is not `BASE64 RANK`");
    }
    table.add(rank, *std::move(bytes));
  }
}

void read_id(clams::JsonReader& reader, std::string_view spelling, TokenTable& table) {
  const clams::Json id = reader.read_value();
  if (!id.is_number_integer() || id < 0) reader.fail("the id of a token must be a whole number");
  table.add_spelled(id.get<std::uint64_t>(), spelling);
}

void read_tokenizer_model(clams::JsonReader& reader, TokenTable& table) {
  reader.read_object([&](std::string_view key) {
    if (key != "vocab") {
      reader.skip_value();
      return;
    }
    reader.read_object([&](std::string_view token) { read_id(reader, std::string{token}, table); });
  });
}

// A vocab.json is nothing but tokens and their ids; a tokenizer.json has them in model.vocab, and
// among its own members no numbers.
void read_json(std::string_view text, TokenTable& table) {
  using Kind = clams::JsonReader::Kind;
  clams::JsonReader reader{text};
  if (reader.peek() == Kind::array) {
    std::uint64_t id = 0;
    reader.read_array([&] { table.add_spelled(id++, reader.read_string()); });
    return;
  }
  reader.read_object([&](std::string_view member) {
    const std::string key{member};
    if (reader.peek() == Kind::number) {
      read_id(reader, key, table);
    } else if (key == "model") {
      read_tokenizer_model(reader, table);
    } else {
      reader.skip_value();
    }
  });
}

// The first line of a list of ranks is `IQ== 0`; the first of a list of tokens is `!`.
bool is_tiktoken(std::string_view text) {
  return text.substr(0, text.find('\n')).find(' ') != std::string_view::npos;
}

}  // namespace

Vocabulary parse_vocabulary(std::string_view text, std::string_view name,
                            const Dimensions& dimensions) {
  TokenTable table{ordinary_tokens(dimensions), name};
  if (text.starts_with('{') || text.starts_with('[')) {
    try {
      read_json(text, table);
    } catch (const clams::Error& error) {
      if (std::string_view{error.what()}.starts_with(name)) throw;
      throw format_error(name, error.what());
    }
  } else if (is_tiktoken(text)) {
    read_tiktoken(text, name, table);
  } else {
    read_lines(text, table);
  }
  return table.finish();
}

Vocabulary read_vocabulary(const std::filesystem::path& file, const Dimensions& dimensions) {
  return parse_vocabulary(clams::read_file(file), file.string(), dimensions);
}

std::vector<std::filesystem::path> vocabulary_files(const std::filesystem::path& folder,
                                                    const Dimensions& dimensions) {
  const std::array<std::string_view, 5> names{
      "vocabulary.txt", "vocabulary.json", "vocab.json", "tokenizer.json",
      dimensions.is_multilingual() ? "multilingual.tiktoken" : "gpt2.tiktoken"};
  std::vector<std::filesystem::path> files;
  for (const auto name : names) {
    std::error_code ignored;  // what cannot be looked at is not there
    if (std::filesystem::is_regular_file(folder / name, ignored)) files.push_back(folder / name);
  }
  return files;
}

}  // namespace whisper
