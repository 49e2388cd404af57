// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"
#include "decode/transcription.hpp"
#include "decode/word_placing.hpp"
#include "text/tokenizer.hpp"

#include <span>
#include <vector>

namespace whisper {

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

}  // namespace whisper
