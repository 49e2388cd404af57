// SPDX-License-Identifier: Apache-2.0
#include "audio/audio_file.hpp"
#include "audio/support/recordings.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <algorithm>
#include <random>

using clams::testing::TemporaryFolder;
using whisper::testing::recording;
using whisper::testing::write_bytes;

namespace {

/// What became of a damaged recording.
struct Outcome {
  std::size_t samples = 0;
  bool is_refused = false;
};

/// Reads the bytes as a recording; each failure has to name it.
Outcome read_damaged(const std::filesystem::path& path, const std::string& bytes) {
  write_bytes(path, bytes);
  Outcome outcome;
  try {
    const auto reader = whisper::open_audio({.path = path,
                                             .name = "document d1",
                                             .longest = std::chrono::seconds{600},
                                             .decode_timeout = std::chrono::seconds{60}});
    outcome.samples = whisper::testing::read_all(*reader).size();
  } catch (const clams::Error& error) {
    outcome.is_refused = true;
    CHECK(error.code() == clams::ErrorCode::invalid_input);
    CHECK(std::string{error.what()}.starts_with("document d1: "));
  }
  return outcome;
}

std::string bytes_of(const std::string& name) {
  const auto path = recording(name);
  return std::filesystem::exists(path) ? clams::read_file(path) : std::string{};
}

}  // namespace

#ifdef WHISPER_HAS_FFMPEG
TEST_CASE("a recording that is cut off is read up to there, or refused", "[whisper]") {
  const auto* name = GENERATE("jfk.wav", "jfk.flac", "jfk.m4a", "jfk.mp3", "jfk.opus",
                              "jfk_video.mkv", "jfk_video.mp4", "aepyx_8k.wav");
  const auto whole = bytes_of(name);
  if (whole.empty()) CLAMS_SKIP("the recordings are not there");
  const TemporaryFolder folder;
  const auto all = read_damaged(folder.path() / name, whole).samples;
  for (std::size_t tenth = 0; tenth < 10; ++tenth) {
    for (const auto size : {tenth * 13, whole.size() * tenth / 10}) {
      const auto outcome = read_damaged(folder.path() / name, whole.substr(0, size));

      INFO(name << " cut to " << size);
      CHECK(outcome.samples <= all);
    }
  }
}

TEST_CASE("a recording with wrong bits does no harm", "[whisper]") {
  const auto* name = GENERATE("jfk.wav", "jfk.flac", "jfk.m4a", "jfk.mp3", "jfk.opus",
                              "jfk_video.mkv", "jfk_video.mp4");
  const auto whole = bytes_of(name).substr(0, 40000);
  if (whole.empty()) CLAMS_SKIP("the recordings are not there");
  const TemporaryFolder folder;
  std::mt19937 random{42};  // NOLINT(cert-msc51-cpp): the same each time
  for (int round = 0; round < 20; ++round) {
    auto damaged = whole;
    const auto reach = round % 2 == 0 ? std::size_t{400} : whole.size();  // headers suffer most
    for (int flips = 0; flips < 8; ++flips) {
      auto& byte = damaged[random() % std::min(reach, whole.size())];
      byte = static_cast<char>(byte ^ 1 << random() % 8);
    }
    INFO(name << " round " << round);
    CHECK(read_damaged(folder.path() / name, damaged).samples <= std::size_t{600} * 16000);
  }
}
#endif

TEST_CASE("a recording without a single sample is read as empty", "[whisper]") {
  const auto bytes = bytes_of("zero_samples.wav");
  if (bytes.empty()) CLAMS_SKIP("the recordings are not there");
  const TemporaryFolder folder;

  const auto outcome = read_damaged(folder.path() / "zero.wav", bytes);

  CHECK_FALSE(outcome.is_refused);
  CHECK(outcome.samples == 0U);
}
