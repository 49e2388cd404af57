// SPDX-License-Identifier: Apache-2.0
#include "audio/voice_activity.hpp"

#include "audio/support/recordings.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <algorithm>
#include <cmath>

using clams::testing::contains_text;
using clams::testing::TemporaryFolder;
using whisper::make_energy_detector;
using whisper::make_silero_detector;
using whisper::speech_spans;
using whisper::SpeechSpan;
using whisper::testing::golden;
using whisper::testing::read_npy;
using whisper::testing::recording;
using whisper::testing::write_bytes;

namespace {

std::filesystem::path silero_file() {
  return std::filesystem::path{WHISPER_MODELS_DIR} / "silero_vad_16k_op15.onnx";
}

bool has_all() {
  return std::filesystem::exists(silero_file()) && std::filesystem::exists(recording("jfk.wav"));
}

std::vector<float> probabilities_of(const whisper::VoiceDetector& detector,
                                    const std::string& name) {
  return detector.probabilities(*whisper::open_audio({.path = recording(name)}));
}

/// Probabilities of 0.9 where `speech` has a 1, else of 0.1.
std::vector<float> pattern(const std::string& speech) {
  std::vector<float> probabilities;
  for (const char chunk : speech) probabilities.push_back(chunk == '1' ? 0.9F : 0.1F);
  return probabilities;
}

std::string repeated(char chunk, int times) {
  return std::string(static_cast<std::size_t>(times), chunk);
}

constexpr whisper::VoiceOptions kUnpadded{.padding_ms = 0};

}  // namespace

TEST_CASE("speech is as probable as silero-vad says", "[whisper]") {
  if (!has_all()) CLAMS_SKIP("silero-vad's weights or the recordings are not there");
  const auto detector = make_silero_detector(silero_file());
  for (const auto& [name, file] : {std::pair{"jfk.wav", "silero_jfk.npy"},
                                   std::pair{"sonnets.wav", "silero_sonnets_first200.npy"}}) {
    auto found = probabilities_of(*detector, name);
    const auto expected = read_npy(golden(file));

    REQUIRE(found.size() >= expected.size());
    found.resize(expected.size());
    INFO(name);
    CHECK(whisper::testing::largest_difference(found, expected) < 1e-3);
  }
}

TEST_CASE("the spans of speech are those of silero-vad", "[whisper]") {
  if (!has_all()) CLAMS_SKIP("silero-vad's weights or the recordings are not there");
  const auto detector = make_silero_detector(silero_file());

  const auto spans = speech_spans(probabilities_of(*detector, "jfk.wav"), 176000, {});

  // In tenths of a second.
  std::vector<std::pair<std::int64_t, std::int64_t>> rounded;
  for (const auto& span : spans) {
    rounded.emplace_back((span.begin + 800) / 1600, (span.end + 800) / 1600);
  }
  CHECK(rounded ==
        std::vector<std::pair<std::int64_t, std::int64_t>>{{3, 23}, {33, 44}, {54, 77}, {82, 106}});
}

TEST_CASE("each recording is judged anew", "[whisper]") {
  if (!has_all()) CLAMS_SKIP("silero-vad's weights or the recordings are not there");
  const auto detector = make_silero_detector(silero_file());

  const auto once = probabilities_of(*detector, "librivox_0880.wav");

  CHECK(probabilities_of(*detector, "librivox_0880.wav") == once);
}

TEST_CASE("weights that are damaged are refused by their name", "[whisper]") {
  if (!has_all()) CLAMS_SKIP("silero-vad's weights or the recordings are not there");
  const TemporaryFolder folder;
  const auto path = folder.path() / "weights.onnx";
  const auto whole = clams::read_file(silero_file());
  for (std::size_t size = 0; size < whole.size(); size = size * 3 + 1) {
    write_bytes(path, whole.substr(0, size));

    CHECK_THROWS_WITH(make_silero_detector(path), contains_text("weights.onnx: "));
  }
}

TEST_CASE("a file of other weights is refused with what it lacks", "[whisper]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "other.safetensors";
  const std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  std::string length(8, '\0');
  length[0] = static_cast<char>(header.size());
  write_bytes(path, length + header + std::string(4, '\0'));

  CHECK_THROWS_WITH(make_silero_detector(path),
                    contains_text("it has no tensor of shape [258, 1, 256]"));
  CHECK_THROWS_AS(make_silero_detector(folder.path() / "none"), clams::Error);
}

TEST_CASE("without weights, what is louder than the noise is speech", "[whisper]") {
  std::vector<float> sound(16000 * 4);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const bool speaks = i >= 16000 && i < 32000;
    sound[i] = static_cast<float>(std::sin(static_cast<double>(i))) * (speaks ? 0.2F : 0.002F);
  }
  const auto reader = whisper::read_samples(sound);

  const auto found = make_energy_detector()->probabilities(*reader);

  REQUIRE(found.size() == 125U);
  const auto spans = speech_spans(found, 64000, {});
  REQUIRE(spans.size() == 1U);
  CHECK(std::abs(spans[0].begin - 16000) < 1024);
  CHECK(std::abs(spans[0].end - 32000) < 1024);
}

TEST_CASE("silence and steady noise are no speech", "[whisper]") {
  std::vector<float> noise(64000);
  std::uint32_t state = 1;
  for (auto& sample : noise) {
    state = state * 1664525U + 1013904223U;
    sample = static_cast<float>(state >> 8U) / 16777216.0F - 0.5F;
  }
  const std::vector<float> silence(64000, 0.0F);
  for (const auto& sound : {noise, silence, std::vector<float>{}}) {
    const auto reader = whisper::read_samples(sound);
    const auto found = make_energy_detector()->probabilities(*reader);

    CHECK(speech_spans(found, static_cast<std::int64_t>(sound.size()), {}).empty());
  }
}

TEST_CASE("a short pause does not end a span, a long one does", "[whisper]") {
  const auto with_pause = [](int chunks) {
    const auto found = pattern(repeated('1', 20) + repeated('0', chunks) + repeated('1', 20));
    return speech_spans(found, (40 + chunks) * 512, kUnpadded).size();
  };

  CHECK(with_pause(1) == 1U);
  CHECK(with_pause(4) == 1U);  // 100 ms have passed at the fifth
  CHECK(with_pause(5) == 2U);
}

TEST_CASE("a noise too short for a word is no span", "[whisper]") {
  CHECK(speech_spans(pattern("0001110000000"), 13 * 512, kUnpadded).empty());
  CHECK(speech_spans(pattern("000" + repeated('1', 9) + "0000000"), 19 * 512, kUnpadded) ==
        std::vector<SpeechSpan>{{3 * 512, 12 * 512}});
}

TEST_CASE("speech at the end ends with the recording", "[whisper]") {
  CHECK(speech_spans(pattern("00" + repeated('1', 20)), 11000, kUnpadded) ==
        std::vector<SpeechSpan>{{1024, 11000}});
}

TEST_CASE("neighbours share the pause between them", "[whisper]") {
  const auto found = pattern(repeated('1', 20) + repeated('0', 5) + repeated('1', 20));

  const auto spans = speech_spans(found, 45 * 512, {.padding_ms = 500});

  REQUIRE(spans.size() == 2U);
  CHECK(spans[0].begin == 0);
  CHECK(spans[0].end == spans[1].begin);
  CHECK(spans[1].end == 45 * 512);
}
