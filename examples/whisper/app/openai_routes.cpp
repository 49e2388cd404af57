// SPDX-License-Identifier: Apache-2.0
#include "app/openai_routes.hpp"

#include "app/openai_answers.hpp"
#include "app/openai_form.hpp"
#include "model/vocabulary_search.hpp"
#include <clams/serve/route_call.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json_writer.hpp>

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace whisper {

namespace {

using clams::http::Request;
using clams::http::Response;
using clams::http::RouteCall;

constexpr std::string_view kModelsPath = "/v1/models/";
constexpr const char* kModelListPath = "/v1/models";
constexpr const char* kTranscriptionsPath = "/v1/audio/transcriptions";
constexpr const char* kTranslationsPath = "/v1/audio/translations";
constexpr int kBadRequest = 400;
constexpr int kNotFound = 404;
constexpr int kNotAllowed = 405;

/// One request for a transcript.
///
/// Ownership: lives for one request; borrows app, form and call.
/// Threads: confined.
/// Errors: what the app's parts throw; after the answer has begun, its last event says so.
class SpeechCall {
 public:
  SpeechCall(WhisperApp& app, const OpenaiForm& form, Task task, RouteCall& call)
      : app_(app), form_(form), task_(task), call_(call) {}

  [[nodiscard]] Response answer(const std::string& model) {
    clams::RawParameters parameters = form_.parameters;
    parameters.add("model", model);
    Transcription transcription;
    call_.run(parameters, [&](const clams::Parameters& refined, clams::RequestContext& context) {
      transcription = transcribe(read_recognition_request(refined), context);
    });
    if (!form_.stream) return openai_transcript(transcription, task_, form_);
    begin_once();
    if (const auto rest = streamed_.rest(transcription); !rest.empty()) {
      call_.send(delta_event(rest));
    }
    call_.send(done_event(transcription));
    return {};
  }

 private:
  [[nodiscard]] Transcription transcribe(const RecognitionRequest& request,
                                         clams::RequestContext& context) {
    const auto model = app_.acquire(request, context.memory());
    const AudioSource source{.bytes = std::as_bytes(std::span{form_.file}),
                             .name = form_.filename,
                             .longest = app_.options().longest_audio,
                             .stop = context.stop_token()};
    TranscribeEvents events{.check_stop = [&] { context.throw_if_stopped(); }};
    if (form_.stream) {
      events.on_segment = [this](const Segment& segment) {
        const std::string piece = streamed_.next(segment.text);
        if (piece.empty()) return;
        begin_once();
        call_.send(delta_event(piece));
      };
    }
    try {
      return model.speech_to_text->recognize(source, request.options, events);
    } catch (const clams::Error& error) {
      if (call_.has_begun()) call_.send(error_event(error.what()));
      if (error.code() == clams::ErrorCode::invalid_input) throw FieldError{"file", error.what()};
      throw;
    }
  }

  // Not earlier, so that a failure before the first text is told by the status.
  void begin_once() {
    if (call_.has_begun()) return;
    call_.begin({.content_type = "text/event-stream; charset=utf-8",
                 .headers = {{"Cache-Control", "no-cache"}}});
  }

  WhisperApp& app_;
  const OpenaiForm& form_;
  Task task_;
  RouteCall& call_;
  StreamedText streamed_;
};

Response unknown_model(const std::string& name) {
  return openai_error(kNotFound, "The model '" + name + "' does not exist here.",
                      {.code = "model_not_found", .param = "model"});
}

// A model that is damaged is as good as none to clients; the log says why.
bool is_here(const WhisperApp& app, const std::string& name, const RouteCall& call) {
  try {
    (void)app.describe(name);
    return true;
  } catch (const NoVocabulary& error) {
    call.logger().warning(error.what());
    return false;
  } catch (const clams::Error& error) {
    if (error.code() != clams::ErrorCode::not_found) call.logger().warning(error.what());
    return false;
  }
}

/// The app's name of a model that a client asks for; none if it is not on this machine.
std::optional<std::string> find_name(const WhisperApp& app, const std::string& asked,
                                     const RouteCall& call) {
  if (asked == "whisper-1") return app.default_model();
  auto name = app.known_name(asked);
  return name && is_here(app, *name, call) ? std::move(name) : std::nullopt;
}

Response answer_speech(WhisperApp& app, const Request& request, RouteCall& call, Task task) {
  try {
    const OpenaiForm form = read_openai_form(request, task);
    const auto model = find_name(app, form.model, call);
    if (!model) return unknown_model(form.model);
    return SpeechCall{app, form, task, call}.answer(*model);
  } catch (const FieldError& error) {
    if (call.has_begun()) throw;
    return openai_error(kBadRequest, error.what(), {.param = error.field()});
  }
}

/// What is asked of paths that are not here, or in a way in which they do not answer.
Response answer_unknown(const Request& request) {
  const bool is_speech = request.path == kTranscriptionsPath || request.path == kTranslationsPath;
  const bool is_models = request.path == kModelListPath || request.path.starts_with(kModelsPath);
  if (!is_speech && !is_models) {
    return openai_error(kNotFound, "There is no " + request.path + " here.",
                        {.code = "unknown_url"});
  }
  Response response =
      openai_error(kNotAllowed, request.method + " is not allowed for " + request.path + '.',
                   {.code = "method_not_allowed"});
  response.headers.emplace_back("Allow", is_speech ? "OPTIONS, POST" : "GET, HEAD, OPTIONS");
  return response;
}

Response list_models(const WhisperApp& app, const RouteCall& call) {
  std::vector<std::string> here{"whisper-1"};
  for (const std::string& name : app.model_names()) {
    if (is_here(app, name, call)) here.push_back(name);
  }
  return openai_models(here);
}

Response show_model(const WhisperApp& app, const Request& request, const RouteCall& call) {
  const std::string name = request.path.substr(kModelsPath.size());
  if (!find_name(app, name, call)) return unknown_model(name);
  return {.content_type = "application/json", .body = clams::write_json(openai_model(name)) + '\n'};
}

clams::http::Route speech_route(WhisperApp& app, const char* path, Task task) {
  return {
      .method = "POST",
      .path = path,
      .handler = [&app, task](const Request& request,
                              RouteCall& call) { return answer_speech(app, request, call, task); },
      .tell_failure = tell_openai_failure};
}

}  // namespace

clams::http::RouteTable openai_routes(WhisperApp& app) {
  using clams::http::RouteLane;
  clams::http::RouteTable routes;
  routes.add(speech_route(app, kTranscriptionsPath, Task::transcribe));
  routes.add(speech_route(app, kTranslationsPath, Task::translate));
  routes.add({.method = "GET",
              .path = kModelListPath,
              .handler = [&app](const Request&, RouteCall& call) { return list_models(app, call); },
              .lane = RouteLane::at_once,
              .tell_failure = tell_openai_failure});
  routes.add({.method = "GET",
              .path = std::string{kModelsPath} + "*",
              .handler = [&app](const Request& request,
                                RouteCall& call) { return show_model(app, request, call); },
              .lane = RouteLane::at_once,
              .tell_failure = tell_openai_failure});
  routes.add({.method = "*",
              .path = "/v1/*",
              .handler = [](const Request& request, RouteCall&) { return answer_unknown(request); },
              .lane = RouteLane::at_once,
              .tell_failure = tell_openai_failure});
  return routes;
}

}  // namespace whisper
