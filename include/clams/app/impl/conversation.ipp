// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/conversation.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <cstddef>
#include <utility>

namespace clams {

namespace detail {

CLAMS_INLINE void add_media(ChatMessage& message, const ConversationParts& parts) {
  message.images = parts.images;
  message.audios = parts.audios;
}

CLAMS_INLINE Conversation begin_conversation(const ConversationParts& parts) {
  if (parts.system_prompt.empty()) return {};
  return {ChatMessage{.role = ChatRole::system, .text = parts.system_prompt}};
}

CLAMS_INLINE Conversation take_turns(const ConversationParts& parts) {
  Conversation conversation = begin_conversation(parts);
  const std::size_t last_user_turn = (parts.prompt.size() - 1) / 2 * 2;
  for (std::size_t i = 0; i < parts.prompt.size(); ++i) {
    const ChatRole role = i % 2 == 0 ? ChatRole::user : ChatRole::assistant;
    conversation.push_back({.role = role, .text = parts.prompt[i]});
    if (i == last_user_turn) add_media(conversation.back(), parts);
  }
  return conversation;
}

CLAMS_INLINE std::vector<Conversation> grow_turns(const ConversationParts& parts) {
  std::vector<Conversation> conversations;
  Conversation so_far = begin_conversation(parts);
  for (std::size_t i = 0; i < parts.prompt.size(); ++i) {
    if (i > 0) so_far.push_back({.role = ChatRole::assistant, .text = std::nullopt});
    so_far.push_back({.role = ChatRole::user, .text = parts.prompt[i]});
    if (i == 0) add_media(so_far.back(), parts);
    conversations.push_back(so_far);
  }
  return conversations;
}

CLAMS_INLINE Json user_content(const ChatMessage& message) {
  Json content = Json::array();
  for (const Medium& image : message.images) {
    content.push_back(Json::object({{"type", "image"}, {"image", image}}));
  }
  for (const Medium& audio : message.audios) {
    content.push_back(Json::object({{"type", "audio"}, {"audio", audio}}));
  }
  content.push_back(Json::object({{"type", "text"}, {"text", message.text.value_or("")}}));
  return content;
}

}  // namespace detail

CLAMS_INLINE PromptMode parse_prompt_mode(std::string_view name) {
  if (name == "turn-taking") return PromptMode::turn_taking;
  if (name == "user-only") return PromptMode::user_only;
  throw Error{ErrorCode::invalid_parameter,
              "prompt_mode \"" + std::string{name} +
                  R"(" is unknown; it must be "turn-taking" or "user-only")"};
}

CLAMS_INLINE std::vector<Conversation> build_conversation(const ConversationParts& parts) {
  if (parts.prompt.empty()) return {};
  if (parts.mode == PromptMode::user_only) return detail::grow_turns(parts);
  return {detail::take_turns(parts)};
}

CLAMS_INLINE std::string_view chat_role_name(ChatRole role) noexcept {
  switch (role) {
    case ChatRole::system: return "system";
    case ChatRole::user: return "user";
    case ChatRole::assistant: return "assistant";
  }
  return "user";
}

CLAMS_INLINE Json conversation_json(const Conversation& conversation) {
  Json messages = Json::array();
  for (const ChatMessage& message : conversation) {
    Json content;
    if (message.role == ChatRole::user) {
      content = detail::user_content(message);
    } else if (message.text) {
      content = *message.text;
    }
    messages.push_back(
        Json::object({{"role", chat_role_name(message.role)}, {"content", content}}));
  }
  return messages;
}

}  // namespace clams
