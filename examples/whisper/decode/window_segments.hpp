// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/decoding_options.hpp"
#include "decode/transcription.hpp"
#include "model/dimensions.hpp"
#include "text/tokenizer.hpp"

#include <vector>

namespace whisper {

/// What becomes of text that has no timestamp after it while text before it has.
enum class UnfinishedText {
  decode_again,  ///< dropped: the next window begins where it does
  keep           ///< a segment to the end of the window
};

/// A stretch of a recording that was decoded at once, in frames of 10 ms.
struct WindowSpan {
  int seek = 0;
  int frames = 0;
  UnfinishedText unfinished = UnfinishedText::decode_again;
};

/// A window's text, cut at its timestamps.
struct WindowSegments {
  std::vector<Segment> segments = {};
  int next_seek = 0;                     ///< where the next window begins
  bool single_timestamp_ending = false;  ///< nothing is said after the last timestamp
};

/// Cuts as OpenAI's transcribe() does: at each two timestamps that stand together.
[[nodiscard]] WindowSegments cut_window(const DecodedWindow& decoded, const WindowSpan& window,
                                        const Tokenizer& tokenizer, const Dimensions& dimensions);

/// Segments that take no time or have no text lose what they have: it is not passed on.
void clear_empty_segments(std::vector<Segment>& segments);

/// Frames as seconds.
[[nodiscard]] double seconds_of(int frames);

}  // namespace whisper
