// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"
#include "text/tokenizer.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace whisper {

/// A word and when it is said, in seconds from the beginning of its window.
struct AlignedWord {
  std::string word = {};
  std::vector<int> tokens = {};
  double start = 0;
  double end = 0;
  double probability = 0;  ///< the mean of its tokens'
};

/// Finds when each word was said from where its tokens looked, as OpenAI's find_alignment does:
/// the attention is sharpened over the window, made comparable between tokens, smoothed, averaged
/// over the heads, and the cheapest monotonous path through it is taken.
/// @param attention of the words' tokens between a start sequence and the end of text.
/// @param words of all the text tokens, in order, as Tokenizer::split_to_words cuts them.
/// @param content_frames how many frames of the window (10 ms) are of the recording.
/// @throws clams::Error internal if words and attention are of different texts.
[[nodiscard]] std::vector<AlignedWord> align_words(const CrossAttention& attention,
                                                   std::span<const WordTokens> words,
                                                   std::size_t content_frames);

}  // namespace whisper
