// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"
#include "audio/voice_activity.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace whisper {

/// Tells where in a recording a place is, of which only the speech was kept, put end to end.
///
/// Ownership: a value.
/// Threads: immutable.
/// Errors: none.
class SpeechTimeline {
 public:
  /// @pre the spans are in order and do not overlap
  explicit SpeechTimeline(const std::vector<SpeechSpan>& spans);

  /// How many samples were kept.
  [[nodiscard]] std::int64_t samples() const noexcept;

  /// The second of the recording that was kept as `seconds`, for something that begins there: at a
  /// seam it belongs to what follows.
  [[nodiscard]] double begin_at(double seconds) const;

  /// The same for something that ends there: at a seam it belongs to what was before.
  [[nodiscard]] double end_at(double seconds) const;

 private:
  struct Piece {
    std::int64_t kept = 0;   ///< where it begins in what was kept
    SpeechSpan source = {};  ///< and where it is in the recording
  };

  std::vector<Piece> pieces_;
};

/// Reads only the spans, one after the other.
/// @pre the spans are in order and do not overlap
[[nodiscard]] std::unique_ptr<AudioReader> read_speech(std::unique_ptr<AudioReader> audio,
                                                       std::vector<SpeechSpan> spans);

/// Groups of neighbouring spans that are at most `longest` samples of speech together, to be
/// transcribed side by side. A span that is longer by itself is cut into equal parts.
/// @pre longest > 0
[[nodiscard]] std::vector<std::vector<SpeechSpan>> speech_chunks(
    const std::vector<SpeechSpan>& spans, std::int64_t longest = std::int64_t{30} * kSampleRate);

}  // namespace whisper
