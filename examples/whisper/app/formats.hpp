// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/transcription.hpp"
#include "text/tokenizer.hpp"
#include <clams/util/json.hpp>

#include <string>

namespace whisper {

/// SubRip subtitles, one a segment: `00:00:01,000 --> 00:00:02,500`.
[[nodiscard]] std::string write_srt(const Transcription& transcription);

/// WebVTT subtitles, one a segment: `00:01.000 --> 00:02.500`, with hours where there are any.
[[nodiscard]] std::string write_vtt(const Transcription& transcription);

/// The text of the segments, one a line.
[[nodiscard]] std::string write_text(const Transcription& transcription);

/// The result of OpenAI's transcribe() as JSON: text, segments (with words where they were timed)
/// and language.
[[nodiscard]] std::string write_json(const Transcription& transcription);

/// What a response of OpenAI's HTTP interface says about its cost: the recording's seconds.
[[nodiscard]] clams::Json usage_json(const Transcription& transcription);

/// Which parts a `verbose_json` response has besides text, language and duration.
struct VerboseParts {
  bool segments = true;
  bool words = false;
};

/// The `verbose_json` response of OpenAI's HTTP interface: task, language (its English name),
/// duration, text, usage, and the parts asked for.
[[nodiscard]] std::string write_verbose_json(const Transcription& transcription, Task task,
                                             const VerboseParts& parts);

}  // namespace whisper
