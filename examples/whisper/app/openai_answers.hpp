// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/openai_form.hpp"
#include "decode/transcription.hpp"
#include <clams/serve/message.hpp>
#include <clams/serve/route_table.hpp>
#include <clams/util/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace whisper {

/// What such an error says beside its message; what is empty is null.
struct OpenaiCause {
  std::string code = {};   ///< `model_not_found`, say
  std::string param = {};  ///< the field that it is about
};

/// An error as OpenAI's clients know it: `{"error": {"message", "type", "param", "code"}}`.
[[nodiscard]] clams::http::Response openai_error(int status, std::string_view message,
                                                 const OpenaiCause& cause = {});

/// Any failure of a route in that form; what the client got wrong is status 400.
[[nodiscard]] clams::http::Response tell_openai_failure(const clams::http::RouteFailure& failure);

/// The transcript in the form that was asked for.
[[nodiscard]] clams::http::Response openai_transcript(const Transcription& transcription, Task task,
                                                      const OpenaiForm& form);

/// A server-sent event that adds to the text.
[[nodiscard]] std::string delta_event(const std::string& text);

/// The text of a stream, such that all its pieces together are the text that ends it.
///
/// Ownership: owns its texts.
/// Threads: confined.
/// Errors: none.
class StreamedText {
 public:
  /// What is to be sent of the next segment: blanks wait for what follows them.
  [[nodiscard]] std::string next(std::string_view segment);
  /// What was not sent yet of the whole text.
  [[nodiscard]] std::string rest(const Transcription& transcription) const;

 private:
  std::string sent_;
  std::string blanks_;
};

/// The server-sent event that ends it.
[[nodiscard]] std::string done_event(const Transcription& transcription);
/// The server-sent event of a failure after the answer has begun.
[[nodiscard]] std::string error_event(std::string_view message);

/// One model in the list of models.
[[nodiscard]] clams::Json openai_model(const std::string& name);
[[nodiscard]] clams::http::Response openai_models(const std::vector<std::string>& names);

}  // namespace whisper
