// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/mel_spectrogram.hpp"
#include "decode/support/fake_network.hpp"
#include "text/tokenizer.hpp"

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace whisper::testing {

/// The sizes of the fake networks: an English-only and a multilingual one.
[[nodiscard]] Dimensions small_dimensions();
[[nodiscard]] Dimensions small_multilingual_dimensions();

/// Their tokenizers, made once. Tokens from 256 on are the words " one", " two", ... " nine".
[[nodiscard]] const Tokenizer& small_tokenizer();
[[nodiscard]] const Tokenizer& small_multilingual_tokenizer();

/// The token of " one", " two", ...
[[nodiscard]] constexpr int word(int number) { return 255 + number; }
/// The token of a time in the English-only vocabulary.
[[nodiscard]] int at_time(double seconds);
/// The token of a time in the multilingual one.
[[nodiscard]] int at_multilingual_time(double seconds);

/// The tokens after the start sequence, which begins with the last start of a transcript.
[[nodiscard]] std::span<const int> spoken(std::span<const int> tokens, const Tokenizer& tokenizer);

/// What a window says, by its sound, and how sure the network is of it.
struct Saying {
  std::vector<int> tokens = {};
  float no_speech = 0;    ///< its probability
  float confidence = 20;  ///< how far the tokens' scores are above those of all others
};

/// A script that says these; windows with other sounds end at once, after a timestamp.
[[nodiscard]] FakeNetwork::Script say(const Tokenizer& tokenizer, std::map<int, Saying> sayings);

/// A recording of so many frames. The number of a frame stands in it, so that a window's sound is
/// where it begins; a silent frame has the lowest number of all.
class FakeRecording final : public MelSpectrogram {
 public:
  explicit FakeRecording(int frames, std::function<bool(int frame)> is_silent = {});

  [[nodiscard]] std::int64_t frames() const override { return frames_; }
  /// Fails if it goes back.
  [[nodiscard]] MelWindow window(std::int64_t first, std::int64_t count) override;

  /// Where each window that was read began.
  [[nodiscard]] const std::vector<int>& reads() const noexcept { return reads_; }

 private:
  int frames_;
  std::function<bool(int frame)> is_silent_;
  std::vector<int> reads_;
};

}  // namespace whisper::testing
