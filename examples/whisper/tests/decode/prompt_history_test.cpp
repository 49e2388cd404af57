// SPDX-License-Identifier: Apache-2.0
#include "decode/prompt_history.hpp"

#include "decode/support/speaker.hpp"
#include "support/catch.hpp"

#include <numeric>

namespace {

using namespace whisper;
using namespace whisper::testing;

PromptHistory history(const TranscribeOptions& options) {
  return {small_tokenizer(), small_dimensions(), options};
}

/// The bytes are tokens in the small vocabulary.
std::vector<int> letters(std::string_view text) {
  std::vector<int> tokens;
  for (const char letter : text) tokens.push_back(static_cast<unsigned char>(letter));
  return tokens;
}

std::vector<int> numbers(int first, int count) {
  std::vector<int> tokens(static_cast<std::size_t>(count));
  std::iota(tokens.begin(), tokens.end(), first);
  return tokens;
}

}  // namespace

TEST_CASE("the first window is told the initial prompt, later ones what was said, too",
          "[whisper]") {
  PromptHistory prompts = history({.initial_prompt = "  ab "});

  CHECK(prompts.prompt() == letters(" ab"));
  prompts.add(letters("xy"));
  CHECK(prompts.prompt() == letters(" abxy"));
}

TEST_CASE("what is forgotten is in no prompt any more, the initial one included", "[whisper]") {
  PromptHistory prompts = history({.initial_prompt = "ab"});

  prompts.add(letters("xy"));
  prompts.forget();
  prompts.add(letters("z"));

  CHECK(prompts.prompt() == letters("z"));
}

TEST_CASE("a carried initial prompt comes before every window", "[whisper]") {
  PromptHistory prompts = history({.initial_prompt = "ab", .carry_initial_prompt = true});

  prompts.add(numbers(1000, 500));
  const auto prompt = prompts.prompt();
  prompts.forget();

  REQUIRE(prompt.size() == 223);
  CHECK(std::vector(prompt.begin(), prompt.begin() + 4) ==
        std::vector{' ' + 0, 'a' + 0, 'b' + 0, 1280});
  CHECK(prompts.prompt() == letters(" ab"));
}

TEST_CASE("the prompt is the end of what was said", "[whisper]") {
  PromptHistory prompts = history({});

  prompts.add(numbers(1000, 500));

  CHECK(prompts.prompt() == numbers(1277, 223));
}

TEST_CASE("hotwords come before what was said, and are never cut away by it", "[whisper]") {
  PromptHistory prompts = history({.hotwords = "hi"});

  prompts.add(numbers(1000, 500));

  const auto prompt = prompts.prompt();
  REQUIRE(prompt.size() == 223);
  CHECK(std::vector(prompt.begin(), prompt.begin() + 3) == letters(" hi"));
  CHECK(prompt.back() == 1499);
  CHECK(prompts.prompt_without_hotwords() == numbers(1277, 223));
}

TEST_CASE("hotwords and initial prompts that are too long are cut", "[whisper]") {
  const std::string text(500, 'a');

  CHECK(history({.hotwords = text}).prompt().size() == 223);
  CHECK(history({.initial_prompt = text}).prompt().size() == 223);
  CHECK(history({.initial_prompt = text, .carry_initial_prompt = true}).prompt().size() == 223);
}
