// SPDX-License-Identifier: Apache-2.0
// Many requests to one process: its memory stays flat. WHISPER_SOAK_REQUESTS sets how many; by
// default as many as a CI run has time for.
#include "app/openai_routes.hpp"
#include "app/whisper_app.hpp"
#include "support/catch.hpp"
#include <clams/app/app_runner.hpp>
#include <clams/memory/gpu_memory.hpp>
#include <clams/mmif/source.hpp>
#include <clams/serve/process_usage.hpp>
#include <clams/util/environment.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <malloc.h>
#include <string>
#include <thread>
#include <vector>

namespace {

const std::filesystem::path kModel{WHISPER_MODELS_DIR "/tiny.en"};
const std::filesystem::path kRecording{WHISPER_CASES_DIR "/audio/librivox_0880.wav"};

int wanted_requests() {
  return std::stoi(clams::Environment::of_process().get_or("WHISPER_SOAK_REQUESTS", "150"));
}

/// Annotates the recording `count` times, by four clients.
void annotate(const clams::AppRunner& runner, int count) {
  const std::array<std::string, 1> documents{"audio:" + kRecording.string()};
  const std::string mmif = clams::make_source(documents).serialize();
  std::atomic<int> left = count;
  std::atomic<int> failed = 0;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] {
        while (left-- > 0) {
          const auto result = runner.annotate(mmif);
          if (result.outcome != clams::RunOutcome::annotated) ++failed;
        }
      });
    }
  }
  CHECK(failed == 0);
}

/// What the process holds on to. What it has freed and glibc keeps does not count: that depends on
/// which threads took their turns, and moves by 60 MiB from one request to the next.
clams::Bytes held_memory() {
  const auto kept_by_glibc = static_cast<std::int64_t>(::mallinfo2().fordblks);
  return clams::http::process_usage().resident - clams::Bytes{kept_by_glibc};
}

}  // namespace

TEST_CASE("memory is flat over many requests", "[whisper]") {
  if (!std::filesystem::exists(kModel) || !std::filesystem::exists(kRecording)) {
    CLAMS_SKIP("no model or no recordings here");
  }
  const int requests = wanted_requests();
  whisper::WhisperApp app;
  app.configure({.model = kModel, .device = whisper::DeviceChoice::processor});
  const clams::AppRunner runner{
      app, {.environment = clams::Environment{{{"CLAMS_APP_VERSION", "v1"}}}, .folder = "/"}};

  annotate(runner, requests / 5);  // caches and threads are there then
  const clams::Bytes before = held_memory();
  annotate(runner, requests - requests / 5);
  const clams::Bytes after = held_memory();

  CAPTURE(before.count(), after.count());
  CHECK((after - before) < clams::Bytes{8LL << 20U});
  CHECK(runner.memory().totals().loads == 1);
}
