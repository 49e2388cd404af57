// SPDX-License-Identifier: Apache-2.0
#include "app/openai_routes.hpp"

#include "app/openai_answers.hpp"
#include "app/support/toy_model.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>

#include <algorithm>
#include <map>
#include <utility>

using clams::Json;
using clams::http::Response;
using clams::http::Service;
using clams::testing::contains_text;
using whisper::testing::AppUnderTest;
using whisper::testing::form_request;

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct ServedApp : AppUnderTest {
  ServedApp() : service(runner, {.workers = 2}, whisper::openai_routes(app)) {}

  Response transcribe(Fields fields, const std::string& endpoint = "transcriptions") {
    fields.emplace_back("model", "whisper-1");
    return service.answer(form_request("/v1/audio/" + endpoint, fields));
  }
  Response get(const std::string& path) { return service.answer({.method = "GET", .path = path}); }

  Service service;
};

Json error_of(const Response& response) {
  const Json body = clams::parse_json(response.body);
  for (const char* field : {"message", "type", "param", "code"}) {
    CHECK(body["error"].contains(field));
  }
  return body["error"];
}

}  // namespace

TEST_CASE("a transcript comes in each of OpenAI's forms", "[whisper]") {
  ServedApp test;

  const auto json = test.transcribe({});
  CHECK(json.status == 200);
  CHECK(clams::parse_json(json.body)["text"] == "Hello wide world. Second segment h\u00e9re.");
  CHECK(test.transcribe({{"response_format", "text"}}).body ==
        "Hello wide world. Second segment h\u00e9re.\n");
  CHECK_THAT(test.transcribe({{"response_format", "srt"}}).body,
             contains_text("00:00:00,000 --> 00:00:01,999"));
  CHECK_THAT(test.transcribe({{"response_format", "vtt"}}).body, contains_text("WEBVTT"));
  const Json verbose = clams::parse_json(test.transcribe({{"response_format", "verbose_json"},
                                                          {"timestamp_granularities[]", "word"},
                                                          {"timestamp_granularities[]", "segment"}})
                                             .body);
  CHECK(verbose["language"] == "english");
  CHECK(verbose["segments"].size() == 2);
  CHECK(verbose["words"].size() == 6);
  CHECK(verbose["usage"] == clams::parse_json(json.body)["usage"]);
  CHECK(verbose["usage"]["type"] == "duration");
  CHECK(verbose["usage"]["seconds"].is_number_integer());
}

TEST_CASE("the form's fields reach the recogniser, and the upload stays in memory", "[whisper]") {
  ServedApp test;
  whisper::RecognizeOptions seen;
  std::string name;
  std::size_t size = 0;
  test.toy.recognize = [&](const auto& source, const auto& options, const auto&) {
    seen = options;
    name = source.name;
    size = source.bytes->size();
    return whisper::testing::toy_transcription();
  };

  CHECK(test.transcribe({{"language", "de"}, {"prompt", "Namen: Jörg"}, {"temperature", "0.5"}})
            .status == 200);

  CHECK(seen.transcribe.language == "de");
  CHECK(seen.transcribe.initial_prompt == "Namen: Jörg");
  CHECK(seen.transcribe.temperatures == std::vector<float>{0.5F});
  CHECK_FALSE(seen.transcribe.word_timestamps);
  CHECK(name == "a.wav");
  CHECK(size == 4);
  CHECK(test.transcribe({{"temperature", "0"}}, "translations").status == 200);
  CHECK(seen.transcribe.task == whisper::Task::translate);
  CHECK(seen.transcribe.temperatures.size() == 6);
}

TEST_CASE("what is wrong with a form is said as OpenAI says it", "[whisper]") {
  ServedApp test;
  const std::map<std::string, Fields> wrong{
      {"response_format", {{"response_format", "xml"}}},
      {"temperature", {{"temperature", "hot"}}},
      {"number from 0 to 1", {{"temperature", "1.5"}}},
      {"stream", {{"stream", "maybe"}}},
      {"neither word nor segment", {{"timestamp_granularities[]", "letter"}}},
      {"verbose_json", {{"timestamp_granularities[]", "word"}}},
      {"language", {{"language", "klingon"}}},
      {"UTF-8", {{"prompt", "\xff"}}}};

  for (const auto& [part, fields] : wrong) {
    CAPTURE(part);
    const auto answer = test.transcribe(fields);
    CHECK(answer.status == 400);
    const Json error = error_of(answer);
    CHECK(error["type"] == "invalid_request_error");
    CHECK_THAT(error["message"].get<std::string>(), contains_text(part));
    CHECK(error["param"] == fields.front().first);
  }
  auto no_form = form_request("/v1/audio/transcriptions", {});
  no_form.headers["content-type"] = "application/json";
  CHECK(test.service.answer(no_form).status == 400);
  CHECK(test.service.answer(form_request("/v1/audio/transcriptions", {})).status == 400);
}

TEST_CASE("a model that is not here is not found", "[whisper]") {
  ServedApp test;
  const auto with_model = [&](const std::string& model) {
    return test.service.answer(form_request("/v1/audio/transcriptions", {{"model", model}}));
  };

  CHECK(with_model("base").status == 200);
  CHECK(with_model("BASE").status == 200);
  for (const std::string model : {"gpt-4o-transcribe", "large", "../../etc/passwd"}) {
    const auto answer = with_model(model);
    CHECK(answer.status == 404);
    CHECK(error_of(answer)["code"] == "model_not_found");
    CHECK(error_of(answer)["param"] == "model");
  }
}

TEST_CASE("the models that are here are listed, and told one by one", "[whisper]") {
  ServedApp test;

  const Json list = clams::parse_json(test.get("/v1/models").body);

  std::vector<std::string> names;
  for (const Json& model : list["data"]) names.push_back(model["id"]);
  CHECK(names == std::vector<std::string>{"whisper-1", "tiny.en", "te", "base"});
  CHECK(clams::parse_json(test.get("/v1/models/base").body)["object"] == "model");
  CHECK(test.get("/v1/models/large").status == 404);
}

TEST_CASE("what is not here below /v1 is told as OpenAI tells it", "[whisper]") {
  ServedApp test;
  for (const std::string method : {"GET", "DELETE", "PATCH"}) {
    const auto answer = test.service.answer({.method = method, .path = "/v1/audio/transcriptions"});
    CHECK(answer.status == 405);
    CHECK(error_of(answer)["type"] == "invalid_request_error");
    CHECK(std::ranges::count(answer.headers,
                             std::pair<std::string, std::string>{"Allow", "OPTIONS, POST"}) == 1);
  }
  const auto unknown = test.service.answer({.method = "POST", .path = "/v1/chat/completions"});
  CHECK(unknown.status == 404);
  CHECK_THAT(error_of(unknown)["message"].get<std::string>(),
             contains_text("/v1/chat/completions"));
  CHECK(test.service.answer({.method = "DELETE", .path = "/v1/models/base"}).status == 405);
}

TEST_CASE("a path's OPTIONS name the methods that it has, and no others", "[whisper]") {
  ServedApp test;
  const auto methods_of = [&](const std::string& path) {
    const auto answer = test.service.answer({.method = "OPTIONS", .path = path});
    const auto found =
        std::ranges::find(answer.headers, "Allow", &std::pair<std::string, std::string>::first);
    return found == answer.headers.end() ? std::to_string(answer.status) : found->second;
  };

  CHECK(methods_of("/v1/audio/transcriptions") == "OPTIONS, POST");
  CHECK(methods_of("/v1/audio/translations") == "OPTIONS, POST");
  CHECK(methods_of("/v1/models") == "GET, HEAD, OPTIONS");
  CHECK(methods_of("/v1/models/base") == "GET, HEAD, OPTIONS");
  CHECK(methods_of("/v1/chat/completions") == "404");
}

TEST_CASE("a stream gives the text as it is found, and then all of it", "[whisper]") {
  ServedApp test;

  const auto answer = test.transcribe({{"stream", "true"}});

  REQUIRE(answer.next_piece);
  CHECK(answer.content_type == "text/event-stream; charset=utf-8");
  std::vector<Json> events;
  while (const auto piece = answer.next_piece()) {
    if (piece->empty()) continue;
    REQUIRE(piece->starts_with("data: "));
    REQUIRE(piece->ends_with("\n\n"));
    events.push_back(clams::parse_json(piece->substr(6)));
  }
  REQUIRE(events.size() == 3);
  CHECK(events[0]["type"] == "transcript.text.delta");
  CHECK(events[0]["delta"] == "Hello wide world.");
  CHECK(events[0]["delta"].get<std::string>() + events[1]["delta"].get<std::string>() ==
        events[2]["text"]);
  CHECK(events[2]["type"] == "transcript.text.done");
  CHECK(events[2]["text"] == "Hello wide world. Second segment h\u00e9re.");
}

TEST_CASE("the pieces of a streamed text are the text", "[whisper]") {
  whisper::StreamedText text;
  whisper::Transcription whole{.text = "  One  two \u4e09  four "};

  std::string joined = text.next(" ");
  joined += text.next("One ");
  CHECK(joined == "One");
  joined += text.next(" two");
  joined += text.next(" \u4e09 ");

  CHECK(joined + text.rest(whole) == "One  two \u4e09  four");
}

TEST_CASE("a recording that fails is told by the status, or by an event once text was sent",
          "[whisper]") {
  ServedApp test;
  const clams::Error broken{clams::ErrorCode::invalid_input, "a.wav: it has no audio"};
  test.toy.recognize = [&](const auto&, const auto&, const auto&) -> whisper::Transcription {
    throw broken;
  };
  CHECK(test.transcribe({{"stream", "true"}}).status == 400);
  CHECK_THAT(test.transcribe({}).body, contains_text("it has no audio"));
  CHECK(error_of(test.transcribe({}))["param"] == "file");

  test.toy.recognize = [&](const auto&, const auto&, const auto& events) -> whisper::Transcription {
    events.on_segment({.text = " One"});
    throw broken;
  };
  const auto begun = test.transcribe({{"stream", "true"}});
  std::string body;
  const auto read = [&] {
    while (const auto piece = begun.next_piece()) body += *piece;
  };
  CHECK_THROWS_AS(read(), clams::Error);
  CHECK_THAT(body, contains_text("\"error\": {\"message\": \"a.wav: it has no audio\""));
}
