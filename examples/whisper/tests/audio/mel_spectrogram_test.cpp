// SPDX-License-Identifier: Apache-2.0
#include "audio/mel_spectrogram.hpp"

#include "audio/support/recordings.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

using whisper::AudioSource;
using whisper::kWindowFrames;
using whisper::make_mel_spectrogram;
using whisper::MelOptions;
using whisper::Padding;
using whisper::testing::golden;
using whisper::testing::largest_difference;
using whisper::testing::read_npy;
using whisper::testing::recording;

namespace {

/// A sound that is calculated as it is read: loud in one place, so that its scale is not known
/// before that is reached.
class Chirp final : public whisper::AudioReader {
 public:
  explicit Chirp(std::int64_t samples) : left_(samples), total_(samples) {}

  std::size_t read(std::span<float> samples) override {
    const auto count = std::min<std::size_t>(samples.size(), static_cast<std::size_t>(left_));
    for (auto& sample : samples.first(count)) sample = next();
    return count;
  }

  [[nodiscard]] std::optional<std::size_t> expected_samples() const override {
    return static_cast<std::size_t>(total_);
  }

 private:
  float next() {
    const auto place = static_cast<double>(total_ - left_--) / static_cast<double>(total_);
    phase_ += 0.1 + 2.0 * place;
    return static_cast<float>(std::sin(phase_) * (place > 0.7 && place < 0.71 ? 1.0 : 0.01));
  }

  std::int64_t left_;
  std::int64_t total_;
  double phase_ = 0.0;
};

whisper::AudioOpener chirp(std::int64_t samples) {
  return [samples] { return std::make_unique<Chirp>(samples); };
}

whisper::AudioOpener jfk() {
  return [] { return whisper::open_audio({.path = recording("jfk.wav")}); };
}

float value_at(const whisper::MelWindow& window, int mel, int frame) {
  return window.values[static_cast<std::size_t>(mel * window.frames + frame)];
}

}  // namespace

TEST_CASE("a spectrogram padded with zeros is OpenAI's", "[whisper]") {
  const auto expected = golden("jfk_tiny.en/mel_pathA_80x3000_f32.npy");
  if (!std::filesystem::exists(expected)) CLAMS_SKIP("the recordings are not there");

  const auto mel = make_mel_spectrogram(jfk(), {.padding = Padding::openai});

  CHECK(mel->frames() == 1100);
  CHECK(largest_difference(mel->window(0, 1100).values, read_npy(expected)) < 1e-4);
}

TEST_CASE("a spectrogram padded with silence is that of the padded sound", "[whisper]") {
  const auto expected = golden("jfk_tiny.en/mel_pathB_80x3000_f16.npy");
  if (!std::filesystem::exists(expected)) CLAMS_SKIP("the recordings are not there");

  const auto mel = make_mel_spectrogram(jfk(), {.padding = Padding::silence});

  // Half precision has 11 bits: 0.0005 at most is lost between 1 and 2.
  CHECK(largest_difference(mel->window(0, 1100).values, read_npy(expected)) < 6e-4);
}

TEST_CASE("a recording that is too long to keep has the same spectrogram", "[whisper]") {
  constexpr std::int64_t kSamples = 100 * 16000 + 77;
  const auto kept = make_mel_spectrogram(chirp(kSamples), {});
  const auto streamed = make_mel_spectrogram(chirp(kSamples), {.kept_frames = 500});

  REQUIRE(streamed->frames() == kept->frames());
  for (std::int64_t first = 0; first < kept->frames(); first += 2711) {
    const auto count = std::min<std::int64_t>(kWindowFrames, kept->frames() - first);
    CHECK(streamed->window(first, count).values == kept->window(first, count).values);
  }
}

TEST_CASE("a window of a long recording can be asked for again", "[whisper]") {
  const auto streamed = make_mel_spectrogram(chirp(50 * 16000), {.kept_frames = 1});

  const auto once = streamed->window(1000, 2000);

  CHECK(streamed->window(1000, 2000).values == once.values);
  CHECK(value_at(streamed->window(1700, 10), 3, 0) == value_at(once, 3, 700));
}

TEST_CASE("a recording is opened once if it is short and twice if it is long", "[whisper]") {
  int opened = 0;
  const auto open = [&] {
    ++opened;
    return std::make_unique<Chirp>(32000);
  };

  static_cast<void>(make_mel_spectrogram(open, {.kept_frames = 300}));
  CHECK(opened == 1);
  static_cast<void>(make_mel_spectrogram(open, {.kept_frames = 100}));
  CHECK(opened == 3);
}

TEST_CASE("what lies past the frames asked for is padding", "[whisper]") {
  const auto zeros = make_mel_spectrogram(chirp(32000), {.padding = Padding::openai});
  const auto silence = make_mel_spectrogram(chirp(32000), {.padding = Padding::silence});

  const auto with_zeros = zeros->window(0, 50);
  const auto with_silence = silence->window(0, 50);

  constexpr int kMel = 36;  // where the chirp is then
  CHECK(value_at(with_zeros, kMel, 50) == 0.0F);
  CHECK(value_at(with_silence, kMel, 50) == value_at(with_silence, 60, 2999));
  CHECK(value_at(with_silence, kMel, 50) < value_at(with_silence, kMel, 49));
}

TEST_CASE("an empty recording has no frames and a silent window", "[whisper]") {
  const auto mel = make_mel_spectrogram(chirp(0), {});

  CHECK(mel->frames() == 0);
  const auto window = mel->window(0, 3000);
  REQUIRE(window.values.size() == 80U * 3000U);
  CHECK(*std::max_element(window.values.begin(), window.values.end()) == -1.5F);
}

TEST_CASE("a tone shows in its mel and nowhere else", "[whisper]") {
  std::vector<float> tone(16000);
  for (std::size_t i = 0; i < tone.size(); ++i) {
    tone[i] =
        std::sin(2.0F * std::numbers::pi_v<float> * 1000.0F / 16000.0F * static_cast<float>(i));
  }
  for (const int mels : {80, 128}) {
    const auto mel =
        make_mel_spectrogram([&] { return whisper::read_samples(tone); }, {.mels = mels});
    const auto window = mel->window(0, 100);

    REQUIRE(window.mels == mels);
    // 1000 Hz is mel 15 of Slaney's 45.245.
    const int band = static_cast<int>(15.0 / 45.245 * (mels + 1)) - 1;
    CHECK(value_at(window, band, 50) > value_at(window, band + 6, 50) + 0.5F);
    CHECK(value_at(window, band, 50) > value_at(window, band - 6, 50) + 0.5F);
  }
}
