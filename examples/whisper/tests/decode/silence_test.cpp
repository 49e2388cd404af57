// SPDX-License-Identifier: Apache-2.0
#include "decode/silence.hpp"

#include "audio/audio_file.hpp"
#include "support/catch.hpp"

#include <cmath>
#include <random>

namespace {

using namespace whisper;

/// Two seconds of a sound, as the app hears it.
bool hears_nothing(const std::vector<float>& samples, Padding padding = Padding::openai) {
  const auto mel =
      make_mel_spectrogram([&] { return read_samples(samples); }, {.padding = padding});
  const auto frames = static_cast<int>(mel->frames());
  return is_inaudible(mel->window(0, frames), frames);
}

std::vector<float> noise(float loudness) {
  std::mt19937 random{7};
  std::vector<float> samples(32000);
  for (float& sample : samples) {
    sample = loudness * (static_cast<float>(random()) / 0x1p31F - 1);
  }
  return samples;
}

std::vector<float> tone(float amplitude) {
  std::vector<float> samples(32000);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = amplitude * std::sin(static_cast<float>(i) * 0.2F);
  }
  return samples;
}

constexpr float kStep = 0x1p-15F;  // of 16-bit audio

}  // namespace

TEST_CASE("digital silence is inaudible, whatever follows it", "[whisper]") {
  CHECK(hears_nothing(std::vector<float>(32000), Padding::openai));
  CHECK(hears_nothing(std::vector<float>(32000), Padding::silence));
}

TEST_CASE("the dither of 16-bit audio is inaudible", "[whisper]") {
  CHECK(hears_nothing(noise(kStep)));
}

TEST_CASE("what 16-bit audio can say is audible, however quiet", "[whisper]") {
  CHECK_FALSE(hears_nothing(tone(2 * kStep)));
  CHECK_FALSE(hears_nothing(noise(4 * kStep)));
  CHECK_FALSE(hears_nothing(tone(0.5F)));
}

TEST_CASE("silence in a loud recording is inaudible, too", "[whisper]") {
  std::vector<float> samples = tone(0.5F);
  samples.resize(64000);
  const auto mel = make_mel_spectrogram([&] { return read_samples(samples); }, {});

  CHECK_FALSE(is_inaudible(mel->window(0, 400), 400));
  CHECK(is_inaudible(mel->window(210, 190), 190));
  CHECK_FALSE(is_inaudible(mel->window(190, 100), 100));
}

TEST_CASE("less than a tenth of a second holds no word", "[whisper]") {
  const MelWindow window{.mels = 1, .values = std::vector<float>(kWindowFrames, 1)};
  MelWindow loud = window;
  loud.values[3] = 2;

  CHECK(is_inaudible(loud, 9));
  CHECK_FALSE(is_inaudible(loud, 10));
}
