// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/app/conversation.hpp>
#include <clams/util/error.hpp>

using clams::build_conversation;
using clams::conversation_json;
using clams::ConversationParts;
using clams::PromptMode;
using clams::write_json;

namespace {

std::string only_conversation(const ConversationParts& parts) {
  const auto conversations = build_conversation(parts);
  REQUIRE(conversations.size() == 1);
  return write_json(conversation_json(conversations[0]));
}

}  // namespace

TEST_CASE("one prompt is one user turn: images, audios, then the text", "[app]") {
  CHECK(only_conversation({.prompt = {"hi"}, .images = {"i1", "i2"}, .audios = {"a1"}}) ==
        R"([{"role": "user", "content": [{"type": "image", "image": "i1"}, )"
        R"({"type": "image", "image": "i2"}, {"type": "audio", "audio": "a1"}, )"
        R"({"type": "text", "text": "hi"}]}])");
}

TEST_CASE("a system prompt comes first, an empty one not at all", "[app]") {
  CHECK(only_conversation({.prompt = {"hi"}, .system_prompt = "Be brief."})
            .starts_with(R"([{"role": "system", "content": "Be brief."}, {"role": "user")"));
  CHECK(only_conversation({.prompt = {"hi"}}).starts_with(R"([{"role": "user")"));
}

TEST_CASE("by turns, the assistant has every second one, media go with the last user turn",
          "[app]") {
  CHECK(only_conversation({.prompt = {"a", "b", "c", "d"}, .images = {"i"}}) ==
        R"([{"role": "user", "content": [{"type": "text", "text": "a"}]}, )"
        R"({"role": "assistant", "content": "b"}, )"
        R"({"role": "user", "content": [{"type": "image", "image": "i"}, )"
        R"({"type": "text", "text": "c"}]}, {"role": "assistant", "content": "d"}])");
}

TEST_CASE("user-only prompts make growing conversations with gaps for the answers", "[app]") {
  const auto conversations =
      build_conversation({.prompt = {"a", "b"}, .images = {"i"}, .mode = PromptMode::user_only});

  REQUIRE(conversations.size() == 2);
  CHECK(conversations[0].size() == 1);
  CHECK(write_json(conversation_json(conversations[1])) ==
        R"([{"role": "user", "content": [{"type": "image", "image": "i"}, )"
        R"({"type": "text", "text": "a"}]}, {"role": "assistant", "content": null}, )"
        R"({"role": "user", "content": [{"type": "text", "text": "b"}]}])");
}

TEST_CASE("no prompt makes no conversation", "[app]") {
  CHECK(build_conversation({.prompt = {}}).empty());
}

TEST_CASE("prompt modes are known by name, others refused", "[app]") {
  CHECK(clams::parse_prompt_mode("turn-taking") == PromptMode::turn_taking);
  CHECK(clams::parse_prompt_mode("user-only") == PromptMode::user_only);
  CHECK_THROWS_WITH(clams::parse_prompt_mode("zzz"), clams::testing::contains_text("zzz"));
}
