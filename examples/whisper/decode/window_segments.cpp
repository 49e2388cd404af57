// SPDX-License-Identifier: Apache-2.0
#include "decode/window_segments.hpp"

#include "audio/mel_spectrogram.hpp"
#include "text/characters.hpp"

#include <algorithm>
#include <span>

namespace whisper {

namespace {

constexpr int kHop = 160;  // samples a frame

/// Cuts one window's tokens. Times are computed in OpenAI's order, to be equal to the last bit.
class WindowCutter {
 public:
  WindowCutter(const DecodedWindow& decoded, const WindowSpan& window, const Tokenizer& tokenizer,
               const Dimensions& dimensions)
      : decoded_(decoded),
        tokens_(decoded.tokens),
        window_(window),
        tokenizer_(tokenizer),
        stride_(kWindowFrames / dimensions.audio_context),
        first_timestamp_(tokenizer.special().first_timestamp) {}

  WindowSegments cut() {
    const std::size_t size = tokens_.size();
    result_.single_timestamp_ending =
        size >= 2 && is_timestamp(size - 1) && !is_timestamp(size - 2);
    result_.next_seek = window_.seek + window_.frames;
    const std::vector<std::size_t> cuts = find_cuts();
    if (cuts.empty()) {
      add_whole();
    } else {
      add_slices(cuts);
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool is_timestamp(std::size_t index) const {
    return tokens_[index] >= first_timestamp_;
  }
  [[nodiscard]] int position(std::size_t index) const { return tokens_[index] - first_timestamp_; }
  [[nodiscard]] double time_of(int position) const {
    return seconds_of(window_.seek) + position * seconds_of(stride_);
  }

  /// After the first of each two timestamps that stand together.
  [[nodiscard]] std::vector<std::size_t> find_cuts() const {
    std::vector<std::size_t> cuts;
    for (std::size_t i = 1; i < tokens_.size(); ++i) {
      if (is_timestamp(i - 1) && is_timestamp(i)) cuts.push_back(i);
    }
    return cuts;
  }

  void add_slices(std::vector<std::size_t> cuts) {
    if (result_.single_timestamp_ending) cuts.push_back(tokens_.size());
    std::size_t begin = 0;
    for (const std::size_t end : cuts) {
      add(tokens_.subspan(begin, end - begin), time_of(position(begin)),
          time_of(position(end - 1)));
      begin = end;
    }
    if (result_.single_timestamp_ending) return;
    const auto rest = tokens_.subspan(begin);
    if (window_.unfinished == UnfinishedText::keep && rest.size() > 1) {
      add(rest, time_of(position(begin)), seconds_of(result_.next_seek));
    } else {
      result_.next_seek = window_.seek + position(begin - 1) * stride_;
    }
  }

  void add_whole() {
    double duration = seconds_of(window_.frames);
    const auto last = std::find_if(tokens_.rbegin(), tokens_.rend(),
                                   [&](int token) { return token >= first_timestamp_; });
    if (last != tokens_.rend() && *last != first_timestamp_) {
      duration = (*last - first_timestamp_) * seconds_of(stride_);
    }
    add(tokens_, seconds_of(window_.seek), seconds_of(window_.seek) + duration);
  }

  void add(std::span<const int> tokens, double start, double end) {
    result_.segments.push_back({.seek = window_.seek,
                                .start = start,
                                .end = end,
                                .text = tokenizer_.decode(tokens),
                                .tokens = {tokens.begin(), tokens.end()},
                                .temperature = decoded_.temperature,
                                .avg_logprob = decoded_.avg_logprob,
                                .compression_ratio = decoded_.compression_ratio,
                                .no_speech_prob = decoded_.no_speech_prob});
  }

  const DecodedWindow& decoded_;
  std::span<const int> tokens_;
  WindowSpan window_;
  const Tokenizer& tokenizer_;
  int stride_;  // frames that a timestamp token stands for
  int first_timestamp_;
  WindowSegments result_;
};

}  // namespace

double seconds_of(int frames) {
  return static_cast<double>(std::int64_t{frames} * kHop) / kSampleRate;
}

WindowSegments cut_window(const DecodedWindow& decoded, const WindowSpan& window,
                          const Tokenizer& tokenizer, const Dimensions& dimensions) {
  return WindowCutter{decoded, window, tokenizer, dimensions}.cut();
}

void clear_empty_segments(std::vector<Segment>& segments) {
  for (Segment& segment : segments) {
    if (segment.start != segment.end && !strip(segment.text).empty()) continue;
    segment.text.clear();
    segment.tokens.clear();
    segment.words.clear();
  }
}

}  // namespace whisper
