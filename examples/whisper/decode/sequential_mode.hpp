// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/clips.hpp"
#include "decode/prompt_history.hpp"
#include "decode/transcription_job.hpp"

#include <span>
#include <vector>

namespace whisper {

/// Transcribes window after window, each told what was said before it, as OpenAI's transcribe().
///
/// Ownership: borrows the job.
/// Threads: confined.
/// Errors: as those of the job.
class SequentialMode {
 public:
  explicit SequentialMode(TranscriptionJob& job);

  [[nodiscard]] Transcription run(std::span<const Clip> clips);

 private:
  /// A window on its way.
  struct Window {
    int seek = 0;
    int frames = 0;
    std::shared_ptr<const AudioFeatures> features = {};
  };

  [[nodiscard]] int transcribe_window(int seek, int end);
  [[nodiscard]] LadderResult decode(const Window& window);
  /// Finds out about words; gives where to go on, or nothing if the window is to be forgotten.
  [[nodiscard]] std::optional<int> place_words(const Window& window, WindowSegments& cut);
  void keep(std::vector<Segment> segments, const LadderResult& result);

  TranscriptionJob& job_;
  PromptHistory history_;
  std::vector<int> prefix_;
  double last_speech_ = 0;  // seconds: the end of the last word
};

}  // namespace whisper
