// SPDX-License-Identifier: Apache-2.0
#include "decode/support/speaker.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace whisper::testing {

namespace {

constexpr float kSilent = -2;

Vocabulary small_vocabulary(std::size_t size) {
  Vocabulary vocabulary;
  for (int byte = 0; byte < 256; ++byte) vocabulary.tokens.emplace_back(1, static_cast<char>(byte));
  for (const char* one :
       {" one", " two", " three", " four", " five", " six", " seven", " eight", " nine"}) {
    vocabulary.tokens.emplace_back(one);
  }
  while (vocabulary.tokens.size() < size) {
    vocabulary.tokens.push_back("\xFF" + std::to_string(vocabulary.tokens.size()));
  }
  return vocabulary;
}

int steps_of(double seconds) { return static_cast<int>(std::lround(seconds / 0.02)); }

}  // namespace

Dimensions small_dimensions() {
  return {.mels = 1,
          .audio_context = 1500,
          .audio_width = 8,
          .audio_heads = 1,
          .audio_layers = 1,
          .vocabulary = 51864,
          .text_context = 448,
          .text_width = 8,
          .text_heads = 1,
          .text_layers = 2};
}

Dimensions small_multilingual_dimensions() {
  Dimensions dimensions = small_dimensions();
  ++dimensions.vocabulary;
  return dimensions;
}

const Tokenizer& small_tokenizer() {
  static const Tokenizer tokenizer{small_vocabulary(50256), small_dimensions()};
  return tokenizer;
}

const Tokenizer& small_multilingual_tokenizer() {
  static const Tokenizer tokenizer{small_vocabulary(50257), small_multilingual_dimensions()};
  return tokenizer;
}

int at_time(double seconds) {
  return small_tokenizer().special().first_timestamp + steps_of(seconds);
}

int at_multilingual_time(double seconds) {
  return small_multilingual_tokenizer().special().first_timestamp + steps_of(seconds);
}

std::span<const int> spoken(std::span<const int> tokens, const Tokenizer& tokenizer) {
  const SpecialTokens& special = tokenizer.special();
  const auto start = std::find(tokens.rbegin(), tokens.rend(), special.start_of_transcript);
  auto begin = static_cast<std::size_t>(tokens.rend() - start);
  const auto is_special = [&](int token) {
    return token > special.start_of_transcript && token < special.first_timestamp;
  };
  while (begin < tokens.size() && is_special(tokens[begin])) ++begin;
  return tokens.subspan(begin);
}

FakeNetwork::Script say(const Tokenizer& tokenizer, std::map<int, Saying> sayings) {
  return [&tokenizer, sayings = std::move(sayings)](float sound, std::span<const int> tokens,
                                                    std::span<float> scores) {
    const SpecialTokens& special = tokenizer.special();
    const auto found = sayings.find(static_cast<int>(sound));
    static const Saying nothing;
    const Saying& saying = found == sayings.end() ? nothing : found->second;
    const std::size_t said = spoken(tokens, tokenizer).size();
    int next = said < saying.tokens.size() ? saying.tokens[said] : special.end_of_text;
    if (saying.tokens.empty() && said == 0) next = special.first_timestamp;
    scores[static_cast<std::size_t>(next)] = -30 + saying.confidence;
    if (tokens.back() == special.start_of_transcript && saying.no_speech > 0) {
      const float odds = std::log(saying.no_speech / (1 - saying.no_speech));
      scores[static_cast<std::size_t>(special.no_speech)] = -30 + saying.confidence + odds;
    }
  };
}

FakeRecording::FakeRecording(int frames, std::function<bool(int frame)> is_silent)
    : frames_(frames), is_silent_(std::move(is_silent)) {}

MelWindow FakeRecording::window(std::int64_t first, std::int64_t count) {
  if (!reads_.empty() && first < reads_.back()) throw std::logic_error("the recording goes back");
  reads_.push_back(static_cast<int>(first));
  MelWindow window{.mels = 1, .values = std::vector<float>(kWindowFrames, kSilent)};
  const auto end = std::min<std::int64_t>(first + count, frames_);
  for (std::int64_t frame = first; frame < end; ++frame) {
    const bool is_silent = is_silent_ && is_silent_(static_cast<int>(frame));
    window.values[static_cast<std::size_t>(frame - first)] =
        is_silent ? kSilent : static_cast<float>(frame);
  }
  return window;
}

}  // namespace whisper::testing
