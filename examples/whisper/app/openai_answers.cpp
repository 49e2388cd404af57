// SPDX-License-Identifier: Apache-2.0
#include "app/openai_answers.hpp"

#include "app/formats.hpp"
#include <clams/util/json_writer.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>

namespace whisper {

namespace {

using clams::Json;
using clams::http::Response;

constexpr const char* kPlain = "text/plain; charset=utf-8";

Json error_json(int status, std::string_view message, const OpenaiCause& cause) {
  constexpr int kFirstServerError = 500;
  Json error = Json::object();
  error["message"] = clams::replace_invalid_utf8(message);
  error["type"] = status < kFirstServerError ? "invalid_request_error" : "server_error";
  error["param"] = cause.param.empty() ? Json(nullptr) : Json(cause.param);
  error["code"] = cause.code.empty() ? Json(nullptr) : Json(cause.code);
  return {{"error", error}};
}

Response json_response(const Json& body) {
  return {.content_type = "application/json", .body = clams::write_json(body) + '\n'};
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string event(const Json& data) { return "data: " + clams::write_json(data) + "\n\n"; }

}  // namespace

Response openai_error(int status, std::string_view message, const OpenaiCause& cause) {
  Response response = json_response(error_json(status, message, cause));
  response.status = status;
  return response;
}

Response tell_openai_failure(const clams::http::RouteFailure& failure) {
  constexpr int kUnprocessable = 422;
  constexpr int kBadRequest = 400;
  return openai_error(failure.status == kUnprocessable ? kBadRequest : failure.status,
                      failure.message);
}

Response openai_transcript(const Transcription& transcription, Task task, const OpenaiForm& form) {
  switch (form.format) {
    case ResponseFormat::text:
      return {.content_type = kPlain, .body = trimmed(transcription.text) + '\n'};
    case ResponseFormat::srt: return {.content_type = kPlain, .body = write_srt(transcription)};
    case ResponseFormat::vtt:
      return {.content_type = "text/vtt; charset=utf-8", .body = write_vtt(transcription)};
    case ResponseFormat::verbose_json:
      return {.content_type = "application/json",
              .body = write_verbose_json(transcription, task,
                                         {.segments = form.segments, .words = form.words})};
    case ResponseFormat::json: break;
  }
  return json_response(
      {{"text", trimmed(transcription.text)}, {"usage", usage_json(transcription)}});
}

std::string delta_event(const std::string& text) {
  return event({{"type", "transcript.text.delta"}, {"delta", text}});
}

std::string StreamedText::next(std::string_view segment) {
  std::string piece = blanks_ + std::string{segment};
  if (sent_.empty()) piece.erase(0, std::min(piece.find_first_not_of(' '), piece.size()));
  const auto end = piece.find_last_not_of(' ') + 1;  // 0 if there is nothing else
  blanks_ = piece.substr(end);
  piece.resize(end);
  sent_ += piece;
  return piece;
}

std::string StreamedText::rest(const Transcription& transcription) const {
  const std::string whole = trimmed(transcription.text);
  return whole.starts_with(sent_) ? whole.substr(sent_.size()) : std::string{};
}

std::string done_event(const Transcription& transcription) {
  return event({{"type", "transcript.text.done"},
                {"text", trimmed(transcription.text)},
                {"usage", usage_json(transcription)}});
}

std::string error_event(std::string_view message) {
  constexpr int kServerError = 500;
  return event(error_json(kServerError, message, {}));
}

Json openai_model(const std::string& name) {
  return {{"id", name}, {"object", "model"}, {"created", 0}, {"owned_by", "openai"}};
}

Response openai_models(const std::vector<std::string>& names) {
  Json models = Json::array();
  for (const std::string& name : names) models.push_back(openai_model(name));
  return json_response({{"object", "list"}, {"data", models}});
}

}  // namespace whisper
