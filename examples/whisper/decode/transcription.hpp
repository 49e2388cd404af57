// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace whisper {

/// A word with its place in the recording.
struct Word {
  std::string word = {};  ///< with the space before it and its punctuation
  double start = 0;       ///< seconds
  double end = 0;
  float probability = 0;
};

/// A stretch of the transcript, as between two timestamps.
struct Segment {
  int id = 0;
  int seek = 0;  ///< frame that the window began with
  double start = 0;
  double end = 0;
  std::string text = {};
  std::vector<int> tokens = {};
  float temperature = 0;
  float avg_logprob = 0;
  float compression_ratio = 0;
  float no_speech_prob = 0;
  std::vector<Word> words = {};
};

/// The transcript of one recording.
struct Transcription {
  std::string text = {};
  std::string language = {};
  float language_probability = 1;
  double duration = 0;  ///< of the audio, in seconds
  std::vector<Segment> segments = {};
};

}  // namespace whisper
