// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/tokenizer.hpp"
#include <clams/params/raw_parameters.hpp>
#include <clams/serve/message.hpp>

#include <string>
#include <string_view>

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

/// Reads a `multipart/form-data` request.
/// @param task what the endpoint does
/// @throws clams::Error invalid_input naming the field, its value and what would be right.
[[nodiscard]] OpenaiForm read_openai_form(const clams::http::Request& request, Task task);

}  // namespace whisper
