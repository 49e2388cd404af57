// SPDX-License-Identifier: Apache-2.0
#include "audio/audio_file.hpp"

#include "audio/support/recordings.hpp"
#include "audio/support/wav_writer.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>

#include <algorithm>
#include <cmath>

using clams::ErrorCode;
using clams::testing::contains_text;
using clams::testing::TemporaryFolder;
using whisper::AudioSource;
using whisper::open_audio;
using whisper::testing::read_all;
using whisper::testing::recording;
using whisper::testing::sine;
using whisper::testing::wav_data;
using whisper::testing::wav_file;
using whisper::testing::write_bytes;

namespace {

std::vector<float> samples_of(const AudioSource& source) { return read_all(*open_audio(source)); }

/// The code of what reading the source throws.
std::optional<ErrorCode> failure_of(const AudioSource& source) {
  try {
    static_cast<void>(samples_of(source));
  } catch (const clams::Error& error) {
    return error.code();
  }
  return std::nullopt;
}

#ifdef WHISPER_HAS_FFMPEG
/// How alike two sounds are, from -1 to 1.
double likeness(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0.0;
  double aa = 0.0;
  double bb = 0.0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    ab += static_cast<double>(a[i] * b[i]);
    aa += static_cast<double>(a[i] * a[i]);
    bb += static_cast<double>(b[i] * b[i]);
  }
  return ab / std::sqrt(aa * bb);
}
#endif

}  // namespace

TEST_CASE("a recording's samples are those that OpenAI's Whisper reads", "[whisper]") {
  const auto path = recording("jfk.wav");
  if (!std::filesystem::exists(path)) CLAMS_SKIP("the recordings are not there");

  const auto samples = samples_of({.path = path});

  REQUIRE(samples.size() == 176000);
  CHECK(samples[16000] == -0.021270751953125F);
  CHECK(samples[16009] == 0.00311279296875F);
  double sum = 0.0;
  for (const float sample : samples) sum += static_cast<double>(sample);
  CHECK(sum == Approx(2.41473388671875));
}

TEST_CASE("samples in memory are read like a file", "[whisper]") {
  const std::vector<float> sound{0.1F, 0.2F, 0.3F, 0.4F, 0.5F};

  const auto reader = whisper::read_samples(sound);

  CHECK(reader->expected_samples() == 5U);
  CHECK(read_all(*reader, 2) == sound);
  CHECK(read_all(*reader).empty());
}

#ifdef WHISPER_HAS_FFMPEG
TEST_CASE("any container and codec gives the recording", "[whisper]") {
  if (!std::filesystem::exists(recording("jfk.flac"))) CLAMS_SKIP("the recordings are not there");
  const auto expected = samples_of({.path = recording("jfk.wav")});
  const auto* name =
      GENERATE("jfk.flac", "jfk.m4a", "jfk.mp3", "jfk.opus", "jfk_video.mkv", "jfk_video.mp4");

  const auto samples = samples_of({.path = recording(name)});

  INFO(name);
  CHECK(samples.size() >= 176000U);
  CHECK(samples.size() < 176400U);
  CHECK(likeness(samples, expected) > 0.9);
}

TEST_CASE("a video without sound is refused as such", "[whisper]") {
  const auto path = recording("video_no_audio.mp4");
  if (!std::filesystem::exists(path)) CLAMS_SKIP("the recordings are not there");

  CHECK_THROWS_WITH(open_audio({.path = path, .name = "d1"}), "d1: it has no audio");
}

TEST_CASE("a playlist reaches no other file", "[whisper]") {
  const TemporaryFolder folder;
  const auto wav = folder.path() / "secret.wav";
  write_bytes(wav, wav_file({.data = wav_data(sine(440, 16000, 800), 1, 16)}));
  const std::string hls = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n" + wav.string() + "\n";
  const std::string concat = "ffconcat version 1.0\nfile secret.wav\n";
  const auto list = folder.path() / "list.wav";
  for (const auto& text : {hls, concat}) {
    write_bytes(list, text);

    CHECK_THROWS_WITH(open_audio({.path = list}), contains_text("a list of other files"));
  }
}
#endif

TEST_CASE("a file that is not there is not found", "[whisper]") {
  CHECK(failure_of({.path = "/nowhere/at/all.wav"}) == ErrorCode::not_found);
}

TEST_CASE("what is no regular file is not read", "[whisper]") {
  CHECK(failure_of({.path = "/dev/zero"}) == ErrorCode::io);
  CHECK(failure_of({.path = std::filesystem::temp_directory_path()}) == ErrorCode::io);
}

TEST_CASE("a file of something else is refused by the name that it was given", "[whisper]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "text.wav";
  write_bytes(path, std::string(5000, 'x'));

  CHECK(failure_of({.path = path}) == ErrorCode::invalid_input);
  CHECK_THROWS_WITH(open_audio({.path = path, .name = "document d7"}),
                    contains_text("document d7: it is not"));
  write_bytes(path, "");
  CHECK(failure_of({.path = path}) == ErrorCode::invalid_input);
}

TEST_CASE("a recording may be as long as allowed and no longer", "[whisper]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "two_seconds.wav";
  for (const int rate : {16000, 24000}) {
    const auto sound = sine(300, rate, 2 * static_cast<std::size_t>(rate));
    write_bytes(path, wav_file({.rate = rate, .data = wav_data(sound, 1, 16)}));

    CHECK(samples_of({.path = path, .longest = std::chrono::seconds{2}}).size() == 32000U);
    CHECK_THROWS_WITH(samples_of({.path = path, .longest = std::chrono::seconds{1}}),
                      contains_text("longer than the limit of 1 s"));
  }
}

TEST_CASE("a recording that takes too long to decode is given up", "[whisper]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "sound.wav";
  for (const int rate : {16000, 24000}) {
    write_bytes(path, wav_file({.rate = rate, .data = wav_data(sine(300, rate, 9999), 1, 16)}));

    CHECK_THROWS_WITH(samples_of({.path = path, .decode_timeout = std::chrono::seconds{0}}),
                      contains_text("took longer than the limit of 0 s"));
  }
}

TEST_CASE("a recording is left at once when it is asked to stop", "[whisper]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "sound.wav";
  for (const int rate : {16000, 24000}) {
    write_bytes(path, wav_file({.rate = rate, .data = wav_data(sine(300, rate, 9999), 1, 16)}));
    std::stop_source stop;
    stop.request_stop();

    CHECK(failure_of({.path = path, .stop = stop.get_token()}) == ErrorCode::cancelled);
  }
}

TEST_CASE("a stream that is not there is named with how many there are", "[whisper]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "sound.wav";
  write_bytes(path, wav_file({.data = wav_data(sine(300, 16000, 99), 1, 16)}));

  CHECK(samples_of({.path = path, .stream = 0}).size() == 99U);
  CHECK_THROWS_WITH(open_audio({.path = path, .stream = 1}), contains_text("no audio stream 1"));
}
