// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/clips.hpp"
#include "decode/prompt_history.hpp"
#include "decode/transcription_job.hpp"

#include <span>
#include <vector>

namespace whisper {

/// Transcribes windows side by side, so that none is told what was said before it: faster, where
/// the device has room for more than one. The recording is cut where it is quiet; what a window
/// leaves untold at its end is decoded again with the windows after it.
///
/// Ownership: borrows the job.
/// Threads: confined.
/// Errors: as those of the job.
class BatchedMode {
 public:
  explicit BatchedMode(TranscriptionJob& job);

  [[nodiscard]] Transcription run(std::span<const Clip> clips);

 private:
  /// A stretch of the recording and what was found in it.
  struct Chunk {
    int seek = 0;  ///< where what is still to be decoded begins
    int end = 0;
    MelWindow mel = {};
    std::vector<int> prefix = {};
    std::vector<Segment> segments = {};
  };

  /// Reads the next chunk; gives where the one after it begins.
  int add_chunk(int seek, int end);
  /// Decodes the chunks that were read, and publishes them.
  void decode_chunks();
  void decode_once(std::span<Chunk* const> chunks);
  void take(Chunk& chunk, const LadderResult& result, const AudioFeatures& features,
            std::size_t index);
  /// What the window at `before` left untold from `seek` on is to be decoded, too.
  void go_on_at(Chunk& chunk, int before, int seek);

  TranscriptionJob& job_;
  PromptHistory history_;
  std::vector<int> prefix_;
  std::vector<Chunk> chunks_;
  int read_until_ = 0;
  double last_speech_ = 0;  // seconds: the end of the last word of the chunks before
};

}  // namespace whisper
