// SPDX-License-Identifier: Apache-2.0
#include "decode/word_placing.hpp"

#include "audio/mel_spectrogram.hpp"
#include "text/characters.hpp"

#include <algorithm>
#include <cmath>

namespace whisper {

namespace {

constexpr double kLongestMedian = 0.7;  // seconds
constexpr double kSegmentPrecision = 0.5;
constexpr std::string_view kSentenceEnds = ".。!！?？";

bool is_in(std::string_view mark, std::string_view marks) {
  return marks.find(mark) != std::string_view::npos;
}

double duration(const AlignedWord& word) { return word.end - word.start; }

// What the words usually last, and what counts as too long.
struct Durations {
  double median = 0;
  double longest = 0;
};

Durations usual_durations(std::span<const AlignedWord> words) {
  std::vector<double> lasting;
  for (const auto& word : words) {
    if (duration(word) != 0) lasting.push_back(duration(word));
  }
  if (lasting.empty()) return {};
  std::ranges::sort(lasting);
  const std::size_t half = lasting.size() / 2;
  double median = lasting[half];
  if (lasting.size() % 2 == 0) median = (lasting[half - 1] + lasting[half]) / 2;
  median = std::min(median, kLongestMedian);
  return {.median = median, .longest = median * 2};
}

// A pause is easily taken for a part of the words around it, most of all at the end of a sentence.
void shorten_at_sentence_ends(std::span<AlignedWord> words, const Durations& usual) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (duration(words[i]) <= usual.longest) continue;
    if (is_in(words[i].word, kSentenceEnds)) {
      words[i].end = words[i].start + usual.longest;
    } else if (is_in(words[i - 1].word, kSentenceEnds)) {
      words[i].start = words[i].end - usual.longest;
    }
  }
}

void join(AlignedWord& word, AlignedWord& with, AlignedWord& into) {
  std::string text = word.word + with.word;
  std::vector<int> tokens = std::move(word.tokens);
  tokens.insert(tokens.end(), with.tokens.begin(), with.tokens.end());
  word = {.start = word.start, .end = word.end, .probability = word.probability};
  with = {.start = with.start, .end = with.end, .probability = with.probability};
  into.word = std::move(text);
  into.tokens = std::move(tokens);
}

// The nearest 10 ms.
double rounded(double seconds) { return std::nearbyint(seconds * 100) / 100; }

std::size_t text_length(const Segment& segment, int end_of_text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(segment.tokens, [&](int token) { return token < end_of_text; }));
}

// The words that spell `tokens` tokens. They are taken off the front of `words`.
std::vector<Word> take_words(std::span<const AlignedWord>& words, std::size_t tokens,
                             double offset) {
  std::vector<Word> taken;
  for (std::size_t spelled = 0; spelled < tokens && !words.empty(); words = words.subspan(1)) {
    const auto& word = words.front();
    spelled += word.tokens.size();
    if (word.word.empty()) continue;
    taken.push_back({.word = word.word,
                     .start = rounded(offset + word.start),
                     .end = rounded(offset + word.end),
                     .probability = static_cast<float>(word.probability)});
  }
  return taken;
}

// After a pause the first word, or the first two, seem to begin too early.
void shorten_after_pause(std::span<Word> words, const Durations& usual, double last_speech) {
  if (words[0].end - last_speech <= usual.median * 4) return;
  const bool has_second = words.size() > 1;
  if (words[0].end - words[0].start <= usual.longest &&
      !(has_second && words[1].end - words[0].start > usual.longest * 2)) {
    return;
  }
  if (has_second && words[1].end - words[1].start > usual.longest) {
    const double boundary = std::max(words[1].end / 2, words[1].end - usual.longest);
    words[0].end = boundary;
    words[1].start = boundary;
  }
  words[0].start = std::max(0.0, words[0].end - usual.longest);
}

// Segment and words end alike afterwards, unless the outer word is too long to be believed: then it
// is cut where the segment's own timestamp says.
void agree_on_ends(Segment& segment, const Durations& usual) {
  auto& first = segment.words.front();
  if (segment.start < first.end && segment.start - kSegmentPrecision > first.start) {
    first.start = std::max(0.0, std::min(first.end - usual.median, segment.start));
  } else {
    segment.start = first.start;
  }
  auto& last = segment.words.back();
  if (segment.end > last.start && segment.end + kSegmentPrecision < last.end) {
    last.end = std::max(last.start + usual.median, segment.end);
  } else {
    segment.end = last.end;
  }
}

}  // namespace

void merge_punctuations(std::span<AlignedWord> words, std::string_view prepended,
                        std::string_view appended) {
  if (words.empty()) return;
  std::size_t following = words.size() - 1;
  for (std::size_t i = words.size() - 1; i-- > 0;) {
    if (words[i].word.starts_with(' ') && is_in(strip(words[i].word), prepended)) {
      join(words[i], words[following], words[following]);
    } else {
      following = i;
    }
  }
  std::size_t previous = 0;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (!words[previous].word.ends_with(' ') && is_in(words[i].word, appended)) {
      join(words[previous], words[i], words[previous]);
    } else {
      previous = i;
    }
  }
}

void place_words(std::span<Segment> segments, std::vector<AlignedWord> words,
                 const WordWindow& window, int end_of_text) {
  if (segments.empty()) return;
  const auto usual = usual_durations(words);
  shorten_at_sentence_ends(words, usual);
  merge_punctuations(words, window.prepend_punctuations, window.append_punctuations);
  const double offset = static_cast<double>(segments.front().seek) / kFramesPerSecond;
  double last_speech = window.last_speech;
  std::span<const AlignedWord> left = words;
  for (auto& segment : segments) {
    segment.words = take_words(left, text_length(segment, end_of_text), offset);
    if (segment.words.empty()) continue;
    shorten_after_pause(segment.words, usual, last_speech);
    agree_on_ends(segment, usual);
    last_speech = segment.end;
  }
}

}  // namespace whisper
