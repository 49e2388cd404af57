// SPDX-License-Identifier: Apache-2.0
// The app with a real model, from request to answer.
#include "app/openai_routes.hpp"
#include "app/support/toy_model.hpp"
#include "app/whisper_app.hpp"
#include "support/catch.hpp"
#include <clams/memory/gpu_memory.hpp>
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/serve/service.hpp>
#include <clams/util/files.hpp>
#include <clams/util/json.hpp>

#include <filesystem>
#include <thread>

using clams::testing::contains_text;
using whisper::testing::form_request;

namespace {

const std::filesystem::path kModel{WHISPER_MODELS_DIR "/tiny.en"};
const std::filesystem::path kRecording{WHISPER_CASES_DIR "/audio/jfk.wav"};
constexpr const char* kSaid = "ask not what your country can do for you";

bool is_here() { return std::filesystem::exists(kModel) && std::filesystem::exists(kRecording); }

/// The app as it is served.
struct RealApp {
  RealApp()
      : runner((app.configure({.model = kModel, .device = whisper::DeviceChoice::processor}), app),
               {.environment = clams::Environment{{{"CLAMS_APP_VERSION", "v1"}}}, .folder = "/"}),
        service(runner, {.workers = 4}, whisper::openai_routes(app)) {}

  clams::http::Response annotate(const std::string& query = "") {
    return service.answer({.method = "POST",
                           .path = "/",
                           .query = query,
                           .body = whisper::testing::mmif_with({"audio:" + kRecording.string()})});
  }
  clams::http::Response upload(const std::string& format) {
    return service.answer(
        form_request("/v1/audio/transcriptions",
                     {{"model", "whisper-1"}, {"response_format", format}, {"language", "en"}},
                     clams::read_file(kRecording)));
  }

  whisper::WhisperApp app;
  clams::AppRunner runner;
  clams::http::Service service;
};

}  // namespace

TEST_CASE("a real recording becomes timed words in MMIF", "[whisper]") {
  if (!is_here()) CLAMS_SKIP("no model or no recordings here");
  RealApp test;

  const auto answer = test.annotate();

  CHECK(answer.status == 200);
  const clams::Mmif mmif = clams::Mmif::parse(answer.body);
  const clams::View& view = *mmif.views().begin();
  CHECK_THAT(view.documents().front()->text(), contains_text(kSaid));
  const auto tokens = view.annotations(clams::types::kToken);
  const auto frames = view.annotations(clams::types::kTimeFrame);
  CHECK(tokens.size() == 22);
  CHECK(frames.size() == tokens.size());
  int last = 0;
  for (const auto* frame : frames) {
    CHECK(frame->find("start")->get<int>() >= last);
    last = frame->find("start")->get<int>();
  }
  CHECK(frames.back()->find("end")->get<int>() > 9000);
}

TEST_CASE("requests of all kinds run side by side on one copy of a real model", "[whisper]") {
  if (!is_here()) CLAMS_SKIP("no model or no recordings here");
  RealApp test;
  std::vector<clams::http::Response> answers(6);

  {
    std::vector<std::jthread> clients;
    clients.emplace_back([&] { answers[0] = test.annotate(); });
    clients.emplace_back([&] { answers[1] = test.annotate("beamSize=5&wordTimestamps=false"); });
    clients.emplace_back([&] { answers[2] = test.upload("json"); });
    clients.emplace_back([&] { answers[3] = test.upload("srt"); });
    clients.emplace_back([&] { answers[4] = test.upload("verbose_json"); });
    clients.emplace_back([&] { answers[5] = test.annotate("vad=true"); });
  }

  for (const auto& answer : answers) {
    CHECK(answer.status == 200);
    CHECK_THAT(answer.body, contains_text("country"));
  }
  CHECK(test.runner.memory().totals().loads == 1);
}

TEST_CASE("an upload that is no recording is the client's mistake", "[whisper]") {
  if (!is_here()) CLAMS_SKIP("no model or no recordings here");
  RealApp test;

  const auto answer = test.service.answer(
      form_request("/v1/audio/transcriptions", {{"model", "whisper-1"}}, "no media at all"));

  CHECK(answer.status == 400);
  CHECK_THAT(answer.body, contains_text("a.wav"));
}
