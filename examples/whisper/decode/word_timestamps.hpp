// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"
#include "decode/transcription.hpp"
#include "decode/word_alignment.hpp"
#include "text/tokenizer.hpp"

#include <cstddef>
#include <span>
#include <string>
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

/// Tells when the words of decoded segments were said, as OpenAI's add_word_timestamps does.
///
/// Ownership: borrows network and tokenizer; owns the rest.
/// Threads: thread-safe.
/// Errors: what the network throws; clams::Error invalid_parameter for heads that it lacks.
class WordTimestamper {
 public:
  /// @param heads to follow; empty: all heads of the later half of the layers.
  WordTimestamper(const Network& network, const Tokenizer& tokenizer,
                  std::vector<AlignmentHead> heads);

  /// Gives each segment of one window its words, and moves its start and end to theirs where they
  /// are more plausible. The segments' `seek` is where the window begins.
  void add_words(std::span<Segment> segments, const AudioFeatures& features,
                 const WordWindow& window) const;

 private:
  const Network& network_;
  const Tokenizer& tokenizer_;
  std::vector<AlignmentHead> heads_;
};

/// The part of add_words after the alignment: shortens words that are too long at the ends of
/// sentences, joins punctuation to its words, and deals the words out to the segments that they
/// come from.
/// @param end_of_text tokens from there on are no text.
void place_words(std::span<Segment> segments, std::vector<AlignedWord> words,
                 const WordWindow& window, int end_of_text);

}  // namespace whisper
