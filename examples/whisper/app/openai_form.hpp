// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/tokenizer.hpp"
#include <clams/params/raw_parameters.hpp>
#include <clams/serve/message.hpp>
#include <clams/util/error.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace whisper {

/// In which form a client of OpenAI's interface wants the transcript.
enum class ResponseFormat { json, text, srt, verbose_json, vtt };

/// A request for a transcript in the form of OpenAI's HTTP interface, taken apart.
struct OpenaiForm {
  std::string_view file = {};  ///< the recording: a piece of the request's body
  std::string filename = {};
  std::string model = {};
  ResponseFormat format = ResponseFormat::json;
  bool segments = true;  ///< of verbose_json
  bool words = false;
  bool stream = false;                   ///< the text as server-sent events, as it is found
  clams::RawParameters parameters = {};  ///< for the app, without the model
};

/// A request that is refused for one of its fields.
///
/// Ownership: owns its texts.
/// Threads: immutable.
/// Errors: none.
class FieldError : public clams::Error {
 public:
  FieldError(std::string field, const std::string& message)
      : Error(clams::ErrorCode::invalid_input, message), field_(std::move(field)) {}

  /// The field's name; empty: it is about the form as a whole.
  [[nodiscard]] const std::string& field() const noexcept { return field_; }

 private:
  std::string field_;
};

/// Reads a `multipart/form-data` request.
/// @param task what the endpoint does
/// @throws FieldError naming the field, its value and what would be right; clams::Error
///   invalid_input if it is no form.
[[nodiscard]] OpenaiForm read_openai_form(const clams::http::Request& request, Task task);

}  // namespace whisper
