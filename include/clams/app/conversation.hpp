// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/prompt_task.hpp>
#include <clams/util/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clams {

/// Who speaks in a conversation with a model.
enum class ChatRole { system, user, assistant };

/// How several prompts are to be understood (`promptMode`).
enum class PromptMode {
  turn_taking,  ///< by turns what the user says and what the assistant has answered
  user_only     ///< all from the user; the model answers each before the next is put
};

/// The mode that `name` names.
/// @throws Error invalid_parameter for a name other than `turn-taking` and `user-only`.
[[nodiscard]] PromptMode parse_prompt_mode(std::string_view name);

/// One turn of a conversation.
struct ChatMessage {
  ChatRole role;
  std::optional<std::string> text;  ///< nothing: the answer that the model has still to give
  std::vector<Medium> images = {};  ///< before the text, of user turns only
  std::vector<Medium> audios = {};
};

using Conversation = std::vector<ChatMessage>;

/// What a conversation is built from.
struct ConversationParts {
  std::vector<std::string> prompt;
  std::string system_prompt = {};  ///< empty: no system turn
  std::vector<Medium> images = {};
  std::vector<Medium> audios = {};
  PromptMode mode = PromptMode::turn_taking;
};

/// The conversations to have with a model. One prompt, or several by turns, make one: media go with
/// the last user turn. Several prompts all from the user make one each, every one longer by a turn
/// than the one before it, with gaps where the answers go: media go with the first turn. No prompt
/// makes none.
[[nodiscard]] std::vector<Conversation> build_conversation(const ConversationParts& parts);

/// The conversation in the JSON form that chat templates take: a list of `{"role", "content"}`, the
/// content of user turns a list of typed items.
[[nodiscard]] Json conversation_json(const Conversation& conversation);

/// `system`, `user`, `assistant`.
[[nodiscard]] std::string_view chat_role_name(ChatRole role) noexcept;

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/conversation.ipp>
#endif
