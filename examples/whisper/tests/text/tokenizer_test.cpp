// SPDX-License-Identifier: Apache-2.0
#include "text/tokenizer.hpp"

#include "support/catch.hpp"
#include "text/support/tokenizers.hpp"
#include <clams/util/error.hpp>

namespace {

using namespace whisper;
using testing::has_model;
using testing::tokenizer_of;
using Tokens = std::vector<int>;

// What openai-whisper's tokenizer makes of these texts: for English only, and multilingual.
struct Vector {
  std::string text;
  Tokens english;
  Tokens multilingual;
};

const std::vector<Vector>& vectors() {
  static const std::vector<Vector> made{
      {" And so, my fellow Americans",
       {843, 523, 11, 616, 5891, 3399},
       {400, 370, 11, 452, 7177, 6280}},
      {"I'll they've don't 'S",
       {40, 1183, 484, 1053, 836, 470, 705, 50},
       {40, 603, 436, 600, 500, 380, 922, 50}},
      {"  two  spaces\n\n", {220, 734, 220, 9029, 628}, {220, 732, 220, 7673, 198, 198}},
      {"tabs\tand\nlines \n ",
       {8658, 82, 197, 392, 198, 6615, 220, 198, 220},
       {83, 17243, 197, 474, 198, 11045, 220, 198, 220}},
      {"naïve café — “quoted”",
       {2616, 38776, 40304, 851, 564, 250, 421, 5191, 447, 251},
       {629, 15487, 303, 25118, 3466, 1059, 250, 358, 23325, 913, 251}},
      {"Привет, мир!",
       {140, 253, 21169, 18849, 38857, 16843, 20375, 11, 12466, 120, 18849, 21169, 0},
       {43971, 31259, 11, 20536, 0}},
      {"日本語のテスト。",
       {33768, 98, 17312, 105, 45739, 252, 5641, 24336, 43302, 16764},
       {27311, 31348, 2972, 22985, 40498, 1543}},
      {"한국어", {47991, 250, 166, 113, 255, 168, 244, 112}, {3049, 7854, 3103}},
      {"１２３ ½ Ⅷ 42nd",
       {171, 120, 239, 171, 120, 240, 171, 120, 241, 25208, 2343, 227, 100, 5433, 358},
       {171, 120, 239, 171, 120, 240, 171, 120, 241, 32653, 672, 227, 100, 14034, 273}},
      {"🎵🎶 ♪♪♪",
       {8582, 236, 113, 8582, 236, 114, 20724, 103, 17992, 103, 17992, 103},
       {38830, 28864, 114, 31650}},
      {"e\u0301\u200B \034 \u0085",
       {68, 136, 223, 9525, 220, 216, 1587, 227},
       {68, 32797, 3134, 220, 216, 1815, 227}},
      {"aaaaaaaaaaaaaaaaaaaaaaa",
       {24794, 24794, 24794, 24794, 24794, 46071},
       {16425, 16425, 16425, 16425, 16425, 22714}},
      {"<|endoftext|>", {27, 91, 437, 1659, 5239, 91, 29}, {27, 91, 3999, 844, 3828, 91, 29}},
      {"ภาษาไทย",
       {19567, 254, 19567, 110, 19567, 102, 19567, 110, 31479, 226, 19567, 245, 19567, 95},
       {839, 254, 4943, 839, 102, 4943, 8809, 11099, 7044}}};
  return made;
}

// Of large-v3: with Cantonese.
Dimensions dimensions_of_large_v3() {
  Dimensions dimensions;
  dimensions.vocabulary = 51866;
  return dimensions;
}

TEST_CASE("text becomes the tokens that OpenAI's tokenizer gives", "[whisper]") {
  if (!has_model("tiny.en") || !has_model("base")) CLAMS_SKIP("tiny.en and base are not there");
  const auto& english = tokenizer_of("tiny.en");
  const auto& multilingual = tokenizer_of("base");

  for (const auto& vector : vectors()) {
    CHECK(english.encode(vector.text) == vector.english);
    CHECK(multilingual.encode(vector.text) == vector.multilingual);
    CHECK(english.decode(vector.english) == vector.text);
    CHECK(multilingual.decode(vector.multilingual) == vector.text);
  }
}

TEST_CASE("decoding leaves special tokens out, and timestamps too unless asked for", "[whisper]") {
  if (!has_model("base")) CLAMS_SKIP("base is not there");
  const auto& tokenizer = tokenizer_of("base");
  const Tokens tokens{50258, 50259, 50359, 50364, 2425, 50418, 51864, 50257, -1, 60000};

  CHECK(tokenizer.decode(tokens) == " Hello");
  CHECK(tokenizer.decode_with_timestamps(tokens) == "<|0.00|> Hello<|1.08|><|30.00|>");
  CHECK(tokenizer.decode(Tokens{32506}) == "\uFFFD");
  CHECK(tokenizer.decode({}).empty());
}

TEST_CASE("special tokens follow from the size of the vocabulary", "[whisper]") {
  const Tokenizer tokenizer(testing::made_up_vocabulary({}, 50257), dimensions_of_large_v3());
  const auto& special = tokenizer.special();

  CHECK(tokenizer.is_multilingual());
  CHECK(special.end_of_text == 50257);
  CHECK(special.start_of_transcript == 50258);
  CHECK(special.first_language == 50259);
  CHECK(special.translate == 50359);
  CHECK(special.transcribe == 50360);
  CHECK(special.start_of_lm == 50361);
  CHECK(special.start_of_previous == 50362);
  CHECK(special.no_speech == 50363);
  CHECK(special.no_timestamps == 50364);
  CHECK(special.first_timestamp == 50365);
  CHECK(tokenizer.language_token("yue") == 50358);
}

TEST_CASE("the English vocabulary has other special tokens, and a start without language",
          "[whisper]") {
  if (!has_model("tiny.en")) CLAMS_SKIP("tiny.en is not there");
  const auto& tokenizer = tokenizer_of("tiny.en");

  CHECK_FALSE(tokenizer.is_multilingual());
  CHECK(tokenizer.special().end_of_text == 50256);
  CHECK(tokenizer.special().transcribe == 50358);
  CHECK(tokenizer.special().no_speech == 50361);
  CHECK(tokenizer.special().first_timestamp == 50363);
  CHECK(tokenizer.start_sequence("en", Task::transcribe) == Tokens{50257});
}

TEST_CASE("a transcript begins with its language and its task", "[whisper]") {
  if (!has_model("base")) CLAMS_SKIP("base is not there");
  const auto& tokenizer = tokenizer_of("base");

  CHECK(tokenizer.start_sequence("de", Task::transcribe) == Tokens{50258, 50261, 50359});
  CHECK(tokenizer.start_sequence("en", Task::translate) == Tokens{50258, 50259, 50358});
  CHECK(tokenizer.languages().size() == 99);
  CHECK_FALSE(tokenizer.language_token("yue").has_value());
  CHECK_THROWS_WITH(tokenizer.start_sequence("yue", Task::transcribe),
                    clams::testing::contains_text("does not know the language 'yue'"));
}

TEST_CASE("annotations are no speech, ordinary punctuation is", "[whisper]") {
  if (!has_model("tiny.en") || !has_model("base")) CLAMS_SKIP("tiny.en and base are not there");
  // As CTranslate2's configurations list them, without the special tokens.
  const Tokens english{1,     2,     7,     8,     9,     10,    14,    25,    26,    27,    28,
                       29,    31,    58,    59,    60,    61,    62,    63,    90,    91,    92,
                       93,    357,   366,   438,   532,   685,   705,   796,   930,   1058,  1220,
                       1267,  1279,  1303,  1343,  1377,  1391,  1635,  1782,  1875,  2162,  2361,
                       2488,  3467,  4008,  4211,  4600,  4808,  5299,  5855,  6329,  7203,  9609,
                       9959,  10563, 10786, 11420, 11709, 11907, 13163, 13697, 13700, 14808, 15306,
                       16410, 16791, 17992, 19203, 19510, 20724, 22305, 22935, 27007, 30109, 30420,
                       33409, 34949, 40283, 40493, 40549, 47282, 49146};
  const Tokens multilingual{
      1,     2,     7,     8,     9,     10,    14,    25,    26,    27,    28,    29,
      31,    58,    59,    60,    61,    62,    63,    90,    91,    92,    93,    359,
      503,   522,   542,   873,   893,   902,   918,   922,   931,   1350,  1853,  1982,
      2460,  2627,  3246,  3253,  3268,  3536,  3846,  3961,  4183,  4667,  6585,  6647,
      7273,  9061,  9383,  10428, 10929, 11938, 12033, 12331, 12562, 13793, 14157, 14635,
      15265, 15618, 16553, 16604, 18362, 18956, 20075, 21675, 22520, 26130, 26161, 26435,
      28279, 29464, 31650, 32302, 32470, 36865, 42863, 47425, 49870, 50254};

  CHECK(tokenizer_of("tiny.en").non_speech_tokens() == english);
  CHECK(tokenizer_of("base").non_speech_tokens() == multilingual);
}

std::vector<std::string> words_of(const std::vector<WordTokens>& parts) {
  std::vector<std::string> words;
  words.reserve(parts.size());
  for (const auto& part : parts) words.push_back(part.word);
  return words;
}

using Words = std::vector<std::string>;

TEST_CASE("words are cut at spaces and around punctuation", "[whisper]") {
  if (!has_model("base")) CLAMS_SKIP("base is not there");
  const auto& tokenizer = tokenizer_of("base");
  const auto tokens = tokenizer.encode(" Hello, world! It's (really) 5.5% done.");

  const auto words = tokenizer.split_to_words(tokens, "en");

  CHECK(words_of(words) == Words{" Hello", ",", " world", "!", " It's", " (really", ")", " 5", ".5",
                                 "%", " done", "."});
  CHECK(words[4].tokens == Tokens{467, 311});
  CHECK(words[8].tokens == Tokens{13, 20});
}

TEST_CASE("languages without spaces are cut at every whole character", "[whisper]") {
  if (!has_model("base")) CLAMS_SKIP("base is not there");
  const auto& tokenizer = tokenizer_of("base");
  const auto tokens = tokenizer.encode("日本語、鬱。");

  const auto words = tokenizer.split_to_words(tokens, "ja");

  CHECK(words_of(words) == Words{"日本", "語", "、", "鬱", "。"});
  CHECK(words[3].tokens == Tokens{32506, 109});
  CHECK(words_of(tokenizer.split_to_words(tokens, "en")) == Words{"日本語、鬱。"});
}

TEST_CASE("broken text loses no token when it is cut into words", "[whisper]") {
  if (!has_model("base")) CLAMS_SKIP("base is not there");
  const auto& tokenizer = tokenizer_of("base");
  Tokens tokens;
  for (int i = 0; i < 500; ++i) tokens.push_back((i * 7919) % (i % 3 == 0 ? 256 : 50257));

  for (const std::string language : {"en", "zh"}) {
    Tokens again;
    for (const auto& word : tokenizer.split_to_words(tokens, language)) {
      again.insert(again.end(), word.tokens.begin(), word.tokens.end());
    }
    CHECK(again == tokens);
  }
  CHECK(tokenizer.split_to_words({}, "en").empty());
}

TEST_CASE("bytes that are no text are encoded as U+FFFD", "[whisper]") {
  const Tokenizer tokenizer(testing::made_up_vocabulary({"\uFFFD"}, 50257),
                            dimensions_of_large_v3());

  CHECK(tokenizer.encode("a\xFF") == Tokens{'a', 256});
}

TEST_CASE("a copy works on when the tokenizer that it was made from is gone", "[whisper]") {
  auto original = std::make_unique<Tokenizer>(testing::made_up_vocabulary({"ab"}, 50257),
                                              dimensions_of_large_v3());
  const Tokenizer copy = *original;
  original.reset();

  CHECK(copy.encode("ab") == Tokens{256});
  CHECK(copy.decode(Tokens{256}) == "ab");
}

TEST_CASE("a vocabulary that does not fit the model is refused", "[whisper]") {
  const auto dimensions = dimensions_of_large_v3();
  Dimensions strange;
  strange.vocabulary = 32000;

  CHECK_THROWS_WITH(Tokenizer(testing::made_up_vocabulary({}, 50256), dimensions),
                    clams::testing::contains_text("50256 text tokens; 50257 are needed"));
  CHECK_THROWS_WITH(Tokenizer(testing::made_up_vocabulary({}, 256), strange),
                    clams::testing::contains_text("32000"));
}

}  // namespace
