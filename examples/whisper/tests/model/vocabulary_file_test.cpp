// SPDX-License-Identifier: Apache-2.0
#include "model/vocabulary_file.hpp"

#include "model/byte_alphabet.hpp"
#include "model/support/sample_model.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>

using clams::testing::contains_text;
using namespace whisper;
using namespace whisper::testing;

namespace {

std::string json_text(std::string_view text) {
  std::string out;
  clams::append_json_string(out, text);
  return out;
}

std::string vocab_json(const SampleModel& model) {
  std::string text = "{";
  for (std::size_t id = 0; id < model.tokens.size(); ++id) {
    text += json_text(spelled(model.tokens[id])) + ": " + std::to_string(id) + ", ";
  }
  return text + "\"<|endoftext|>\": " + std::to_string(model.tokens.size()) + "}";
}

std::string vocabulary_json(const SampleModel& model) {
  std::string text = "[";
  for (const auto& token : model.tokens) text += json_text(spelled(token)) + ", ";
  return text + "\"<|endoftext|>\"]";
}

std::string tokenizer_json(const SampleModel& model) {
  return R"({"version": "1.0", "added_tokens": [{"id": 50257, "content": "<|x|>"}], )"
         R"("model": {"type": "BPE", "vocab": )" +
         vocab_json(model) + R"(, "merges": ["a b"]}})";
}

void check_all_forms(const SampleModel& model) {
  for (const auto& text : {vocabulary_text(model), tiktoken_text(model), vocab_json(model),
                           vocabulary_json(model), tokenizer_json(model)}) {
    CHECK(parse_vocabulary(text, "vocabulary", model.dimensions).tokens == model.tokens);
  }
}

}  // namespace

TEST_CASE("a vocabulary is the same in every form", "[whisper]") {
  check_all_forms(make_toy());
  check_all_forms(make_toy({.vocabulary = 51866}));
}

TEST_CASE("a vocabulary of the other kind is refused", "[whisper]") {
  const auto english = make_toy();
  const auto multilingual = make_toy({.vocabulary = 51865});
  const auto check = [](const SampleModel& from, const SampleModel& with, const char* kind) {
    const auto& dimensions = with.dimensions;
    CHECK_THROWS_WITH(parse_vocabulary(vocabulary_text(from), "v.txt", dimensions),
                      contains_text(std::string{"v.txt: the vocabulary is not that of "} + kind));
    CHECK_THROWS_AS(parse_vocabulary(tiktoken_text(from), "v", dimensions), clams::Error);
    CHECK_THROWS_AS(parse_vocabulary(vocab_json(from), "v", dimensions), clams::Error);
    CHECK_THROWS_AS(parse_vocabulary(vocabulary_json(from), "v", dimensions), clams::Error);
  };
  check(english, multilingual, "a multilingual");
  check(multilingual, english, "an English");
}

TEST_CASE("a vocab.json without the empty token is a multilingual one all the same", "[whisper]") {
  const auto model = make_toy({.vocabulary = 51865});
  auto text = vocab_json(model);
  const std::string empty = R"("": 50256, )";
  text.erase(text.find(empty), empty.size());

  CHECK(parse_vocabulary(text, "v", model.dimensions).tokens == model.tokens);
}

TEST_CASE("a damaged vocabulary says what is wrong with it", "[whisper]") {
  const auto dimensions = make_toy().dimensions;
  const auto check = [&](std::string_view text, const char* why) {
    CHECK_THROWS_WITH(parse_vocabulary(text, "v", dimensions),
                      contains_text("v: ") && contains_text(why));
  };
  check("", "no token 0 of 50256");
  check("!\n\"\n", "no token 2");
  check("\xE2\x82\xAC\n", "token 0 has a letter that stands for no byte");
  check("IQ== 0\nIQ== 0\n", "token 0 is there twice");
  check("I!== 0\n", "is not `BASE64 RANK`");
  check("IQ== x\n", "is not `BASE64 RANK`");
  check(R"({"a": -1})", "whole number");
  check(R"({"a": )", "line 1");
  check("[1]", "line 1");
}

TEST_CASE("every byte has its letter", "[whisper]") {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    CHECK(bytes_from_alphabet(spelled(text)) == text);
  }
  CHECK(bytes_from_alphabet("\xC4\xA0") == " ");
  CHECK_FALSE(bytes_from_alphabet(" "));
  CHECK_FALSE(bytes_from_alphabet("\xC4"));
}

TEST_CASE("base64 is read with and without its padding", "[whisper]") {
  CHECK(bytes_from_base64("YQ==") == "a");
  CHECK(bytes_from_base64("YWI") == "ab");
  CHECK(bytes_from_base64("YWJj") == "abc");
  CHECK(bytes_from_base64("=") == "");
  CHECK_FALSE(bytes_from_base64("Y"));
  CHECK_FALSE(bytes_from_base64("Y Q="));
}
