// SPDX-License-Identifier: Apache-2.0
#include "decode/transcribe_rules.hpp"

#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace whisper {

namespace {

template <typename Value>
void require(bool is_right, std::string_view option, const Value& value, std::string_view right) {
  if (is_right) return;
  throw clams::Error(clams::ErrorCode::invalid_parameter,
                     fmt::format("{} is {}: it must be {}", option, value, right));
}

}  // namespace

void check_transcribe_options(const TranscribeOptions& options, const Tokenizer& tokenizer) {
  require(!options.temperatures.empty(), "temperature", "empty", "one number or more");
  for (const float temperature : options.temperatures) {
    require(temperature >= 0 && temperature <= 100, "temperature", temperature, "0 or more");
  }
  constexpr int kMost = 100;  // rows beyond any use would only take the memory
  if (options.beam_size) {
    require(*options.beam_size >= 1 && *options.beam_size <= kMost, "beam_size", *options.beam_size,
            "from 1 to 100");
  }
  require(options.best_of >= 1 && options.best_of <= kMost, "best_of", options.best_of,
          "from 1 to 100");
  require(options.patience > 0 && options.patience <= kMost, "patience", options.patience,
          "above 0, and 100 at most");
  if (options.length_penalty) {
    require(*options.length_penalty >= 0 && *options.length_penalty <= 1, "length_penalty",
            *options.length_penalty, "from 0 to 1");
  }
  require(options.max_initial_timestamp >= 0, "max_initial_timestamp",
          options.max_initial_timestamp, "0 or more seconds");
  require(options.batch_size >= 1, "batch_size", options.batch_size, "1 or more");
  if (options.task == Task::translate && !tokenizer.is_multilingual()) {
    throw clams::Error(clams::ErrorCode::invalid_parameter,
                       "this model knows only English and cannot translate; use a multilingual "
                       "model, whose name does not end in .en");
  }
  static_cast<void>(chosen_language(options, tokenizer));
}

std::string chosen_language(const TranscribeOptions& options, const Tokenizer& tokenizer) {
  if (options.language.empty()) return tokenizer.is_multilingual() ? "" : "en";
  const auto code = language_code(options.language);
  if (!code) {
    throw clams::Error(
        clams::ErrorCode::invalid_parameter,
        fmt::format("'{}' is no language that Whisper knows; give a code such as en or de, or an "
                    "English name such as german",
                    options.language));
  }
  const bool is_known =
      tokenizer.is_multilingual() ? tokenizer.language_token(*code).has_value() : *code == "en";
  if (!is_known) {
    throw clams::Error(clams::ErrorCode::invalid_parameter,
                       fmt::format("this model does not know '{}'; use {}", *code,
                                   tokenizer.is_multilingual()
                                       ? "a later model, such as large-v3"
                                       : "a multilingual model, whose name does not end in .en"));
  }
  return std::string{*code};
}

std::vector<int> suppressed_tokens(const TranscribeOptions& options, const Tokenizer& tokenizer) {
  std::vector<int> result;
  for (const int token : options.suppress_tokens) {
    if (token >= 0) {
      result.push_back(token);
    } else {
      const std::vector<int>& non_speech = tokenizer.non_speech_tokens();
      result.insert(result.end(), non_speech.begin(), non_speech.end());
    }
  }
  const SpecialTokens& special = tokenizer.special();
  result.insert(result.end(), {special.transcribe, special.translate, special.start_of_transcript,
                               special.start_of_previous, special.start_of_lm, special.no_speech});
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

}  // namespace whisper
