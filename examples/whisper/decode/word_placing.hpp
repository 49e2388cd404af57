// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/transcription.hpp"
#include "decode/word_alignment.hpp"
#include "text/tokenizer.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whisper {

/// The window that segments were decoded from, to place their words in.
struct WordWindow {
  std::size_t index = 0;         ///< of the features' windows
  std::size_t frames = 0;        ///< how many of its frames are of the recording
  std::string language = "en";   ///< that it was decoded in
  Task task = Task::transcribe;  ///< that it was decoded for
  double last_speech = 0;        ///< seconds of the recording: the end of the last word before it
  std::string prepend_punctuations = {};  ///< characters that belong to the word after them
  std::string append_punctuations = {};   ///< characters that belong to the word before them
};

/// Joins punctuation marks to the word that they belong to. A word that was joined to another one
/// stays, empty, in its place.
void merge_punctuations(std::span<AlignedWord> words, std::string_view prepended,
                        std::string_view appended);

/// Deals the words of a window out to the segments that they come from: shortens words that are too
/// long at the ends of sentences and after pauses, joins punctuation, and moves the segments' ends.
/// @param words of all the segments' text, in order.
/// @param end_of_text tokens of segments from there on are no text.
void place_words(std::span<Segment> segments, std::vector<AlignedWord> words,
                 const WordWindow& window, int end_of_text);

}  // namespace whisper
