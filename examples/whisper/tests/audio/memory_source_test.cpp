// SPDX-License-Identifier: Apache-2.0
#include "audio/audio_file.hpp"
#include "audio/support/recordings.hpp"
#include "audio/support/wav_writer.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <string>

using whisper::AudioSource;
using whisper::open_audio;
using whisper::testing::read_all;

namespace {

AudioSource in_memory(const std::string& content) {
  return {.bytes = std::as_bytes(std::span{content}), .name = "upload"};
}

}  // namespace

#ifdef WHISPER_HAS_FFMPEG
TEST_CASE("a file that is in memory gives the same sound as one on the disk", "[whisper]") {
  for (const std::string name : {"jfk.wav", "jfk.mp3", "jfk_video.mp4"}) {
    const auto path = whisper::testing::recording(name);
    if (!std::filesystem::exists(path)) CLAMS_SKIP("no recordings here");
    const std::string content = clams::read_file(path);

    CHECK(read_all(*open_audio(in_memory(content))) == read_all(*open_audio({.path = path})));
  }
}
#endif

TEST_CASE("what is in memory is read without a path, and named in messages", "[whisper]") {
  const std::string wav = whisper::testing::wav_file(
      {.data = whisper::testing::wav_data(whisper::testing::sine(440, 16000, 1600), 1, 16)});

  CHECK(read_all(*open_audio(in_memory(wav))).size() == 1600);
  for (const std::string& content : {std::string{}, std::string{"no media"}, wav.substr(0, 20)}) {
    CHECK_THROWS_WITH(read_all(*open_audio(in_memory(content))),
                      clams::testing::contains_text("upload"));
  }
}
