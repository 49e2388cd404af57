// SPDX-License-Identifier: Apache-2.0
#include "app/app_options.hpp"
#include "app/memory_needs.hpp"
#include "app/progress_bar.hpp"
#include "app/weights_hash.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/manual_clock.hpp>

#include <array>
#include <atomic>
#include <sstream>

using clams::testing::contains_text;
using clams::testing::TemporaryFolder;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("settings become options, or are refused by name", "[whisper]") {
  const TemporaryFolder folder;

  const auto options = whisper::read_app_options({{"model", "base"},
                                                  {"model-dir", folder.path()},
                                                  {"device", "cuda:1"},
                                                  {"threads", "3"},
                                                  {"longest-audio", "60"}});

  CHECK(options.model == "base");
  CHECK(options.device == whisper::DeviceChoice::gpu);
  CHECK(options.gpu == 1);
  CHECK(options.threads == 3);
  CHECK(options.longest_audio == seconds{60});
  for (const auto& [name, value] : clams::AppSettings{{"model-dir", "/nonexistent"},
                                                      {"vad-weights", "/"},
                                                      {"device", "cuda:x"},
                                                      {"threads", "many"},
                                                      {"compute-type", "int3"},
                                                      {"longest-audio", "0"}}) {
    CAPTURE(name);
    CHECK_THROWS_AS(whisper::read_app_options({{name, value}}), clams::Error);
  }
}

TEST_CASE("weights are hashed once, and a failure is told to all who ask", "[whisper]") {
  whisper::WeightsHash hashes;
  std::atomic<int> taken = 0;
  const auto take = [&](const auto& files) {
    ++taken;
    if (files.empty()) throw clams::Error{clams::ErrorCode::io, "no files"};
    return files.front().string();
  };

  hashes.start({"a"}, take);
  hashes.start({"a"}, take);
  hashes.start({}, take);

  CHECK(hashes.of({"a"}) == "a");
  CHECK(hashes.of({"a"}) == "a");
  CHECK_THROWS_WITH(hashes.of({}), contains_text("no files"));
  CHECK_THROWS_WITH(hashes.of({}), contains_text("no files"));
  CHECK(taken == 2);
}

TEST_CASE("progress says how much is done, how fast, and how long it takes", "[whisper]") {
  CHECK(whisper::progress_line("a.wav", 30, 120, seconds{3}) ==
        "a.wav  30.0 of 120.0 s  25 %  10.0x real time  0:09 to go");
  CHECK(whisper::progress_line("a.wav", 0, 120, seconds{0}) == "a.wav  0.0 of 120.0 s  0 %");
  CHECK_THAT(whisper::progress_line("a", 1, 36000, seconds{1}), contains_text("9:59:59 to go"));
}

TEST_CASE("a progress bar is rewritten now and then, and leaves nothing behind", "[whisper]") {
  std::ostringstream out;
  clams::ManualClock clock;
  {
    whisper::ProgressBar bar{out, "a.wav", clock};
    bar.show(1, 10);
    bar.show(2, 10);
    clock.advance(milliseconds{200});
    bar.show(3, 10);
  }

  const std::string text = out.str();
  CHECK_THAT(text, contains_text("\ra.wav  1.0 of 10.0 s"));
  CHECK(text.find("2.0 of") == std::string::npos);
  CHECK_THAT(text, contains_text("\ra.wav  3.0 of 10.0 s"));
  CHECK(text.ends_with(" \r"));
}

TEST_CASE("work needs more memory with more beams and windows", "[whisper]") {
  const whisper::WorkSize one{.dimensions = {.mels = 80,
                                             .audio_context = 1500,
                                             .audio_width = 384,
                                             .audio_heads = 6,
                                             .audio_layers = 4,
                                             .vocabulary = 51864,
                                             .text_context = 448,
                                             .text_width = 384,
                                             .text_heads = 6,
                                             .text_layers = 4}};
  whisper::WorkSize beams = one;
  beams.rows = 5;
  whisper::WorkSize half = one;
  half.compute_type = whisper::ComputeType::float16;

  CHECK(working_bytes(one) > clams::Bytes{100LL << 20U});
  CHECK(working_bytes(beams) > working_bytes(one));
  CHECK(working_bytes(half) < working_bytes(one));
}
