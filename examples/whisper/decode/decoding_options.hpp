// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/tokenizer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace whisper {

/// How the tokens of one window are chosen.
struct DecodingOptions {
  std::string language = "en";
  Task task = Task::transcribe;
  float temperature = 0;              ///< 0: the most probable; above: drawn
  std::optional<int> beam_size = {};  ///< at temperature 0 only; none: greedy
  int best_of = 1;                    ///< transcripts drawn, at temperatures above 0
  float patience = 1;                 ///< beam search ends with beam_size * patience candidates
  std::optional<float> length_penalty = {};  ///< Google's alpha; none: by the mean
  std::vector<int> prompt = {};  ///< text before the window, at most half of the context is used
  std::vector<int> prefix = {};  ///< text that the window begins with
  bool timestamps = true;
  bool suppress_blank = true;
  std::vector<int> suppressed = {};       ///< never chosen; sorted
  float max_initial_timestamp = 1.0F;     ///< seconds
  std::optional<int> sample_length = {};  ///< tokens at most; none: half of the context
  std::uint64_t seed = 0;                 ///< for what is drawn
};

/// What one window was found to say.
struct DecodedWindow {
  std::vector<int> tokens = {};  ///< with timestamps, without start and end
  std::string text = {};
  float avg_logprob = 0;
  float no_speech_prob = 0;
  float temperature = 0;
  float compression_ratio = 0;
};

}  // namespace whisper
