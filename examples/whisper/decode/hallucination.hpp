// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/transcription.hpp"

#include <optional>
#include <span>
#include <vector>

namespace whisper {

/// How unlike speech a word is: improbable, very short or very long words score.
[[nodiscard]] double word_anomaly_score(const Word& word);

/// Whether the first words of a segment look as if the network had made them up. No segment, and
/// one without words, does not.
[[nodiscard]] bool is_segment_anomaly(const Segment* segment);

/// The first segment that has words; none if no one has.
[[nodiscard]] const Segment* next_words_segment(std::span<const Segment> segments);

/// When the last word ends; without words, when the last segment does; none without segments.
[[nodiscard]] std::optional<double> last_word_end(std::span<const Segment> segments);

/// Where a window lies in its recording, in frames of 10 ms.
struct WindowPlace {
  int seek = 0;            ///< where it begins
  int frames = 0;          ///< how many of its frames are of the recording (or the clip)
  int content_frames = 0;  ///< how many the whole recording has
  bool single_timestamp_ending = false;  ///< nothing is said after its last timestamp
  double last_speech = 0;                ///< seconds: the end of the last word before it
};

/// What is to be done about words made up over silence.
struct SilenceSkip {
  std::optional<int> seek = {};  ///< where to go on, if not where the timestamps say
  bool drop_window = false;      ///< forget the window altogether
};

/// Looks for segments that were probably made up over silence longer than `threshold` seconds, as
/// the step of OpenAI's transcribe() for hallucination_silence_threshold does. They are removed,
/// with all that follows them in the window.
[[nodiscard]] SilenceSkip skip_silence(std::vector<Segment>& segments, const WindowPlace& place,
                                       double threshold);

}  // namespace whisper
