// SPDX-License-Identifier: Apache-2.0
#include "text/byte_pairs.hpp"

#include "support/catch.hpp"
#include "text/support/tokenizers.hpp"
#include <clams/util/error.hpp>

#include <string>

namespace {

using namespace whisper;

std::vector<std::string> pieces(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    const auto length = piece_length(text);
    REQUIRE(length > 0);
    result.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return result;
}

using Pieces = std::vector<std::string>;

TEST_CASE("words take the space before them, and letters, numbers and signs part", "[whisper]") {
  CHECK(pieces("Hello world") == Pieces{"Hello", " world"});
  CHECK(pieces("in 1984, abc12!?") == Pieces{"in", " 1984", ",", " abc", "12", "!?"});
  CHECK(pieces("\u8a9e\u3002 \u00bd") == Pieces{"\u8a9e", "\u3002", " \u00bd"});
  CHECK(pieces("").empty());
}

TEST_CASE("English endings stand alone, in lower case only", "[whisper]") {
  CHECK(pieces("they'll it's we've") == Pieces{"they", "'ll", " it", "'s", " we", "'ve"});
  CHECK(pieces("'S 's") == Pieces{"'", "S", " '", "s"});
}

TEST_CASE("the last blank of several goes with what comes after them", "[whisper]") {
  CHECK(pieces("a   b") == Pieces{"a", "  ", " b"});
  CHECK(pieces("a\n\nb") == Pieces{"a", "\n", "\n", "b"});
  CHECK(pieces("a\u3000\u3000b") == Pieces{"a", "\u3000", "\u3000", "b"});
  CHECK(pieces("a \n ") == Pieces{"a", " \n "});
  CHECK(pieces("\tb") == Pieces{"\t", "b"});
}

TEST_CASE("the pair that comes first in the vocabulary merges first", "[whisper]") {
  const BytePairs pairs(testing::made_up_vocabulary({"bc", "ab", "abc", "aa"}, 260));
  const auto encode = [&](std::string_view piece) {
    std::vector<int> tokens;
    pairs.encode(piece, tokens);
    return tokens;
  };

  CHECK(encode("abcd") == std::vector<int>{258, 'd'});
  CHECK(encode("abbc") == std::vector<int>{257, 256});
  CHECK(encode("xab") == std::vector<int>{'x', 257});
  CHECK(encode("aaaaa") == std::vector<int>{259, 259, 'a'});
  CHECK(encode("").empty());
}

TEST_CASE("a piece of a megabyte is encoded in reasonable time", "[whisper]") {
  const BytePairs pairs(testing::made_up_vocabulary({"aa", "aaaa"}, 258));
  std::vector<int> tokens;

  pairs.encode(std::string(1'000'000, 'a'), tokens);

  CHECK(tokens.size() == 250'000);
}

TEST_CASE("a vocabulary that lacks a byte is refused", "[whisper]") {
  auto vocabulary = testing::made_up_vocabulary({}, 256);
  vocabulary.tokens[0x41] = "twice";

  CHECK_THROWS_WITH(BytePairs(vocabulary), clams::testing::contains_text("0x41"));
}

}  // namespace
