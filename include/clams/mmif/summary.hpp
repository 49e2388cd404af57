// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/mmif.hpp>
#include <clams/util/json.hpp>

#include <cstddef>

namespace clams {

/// An overview of a document for people and web pages: its media, its views, and what is found in
/// them: transcript (of the last run of Whisper or Kaldi), captions (of the last captioner),
/// labelled time frames with statistics by app and label, and named entities with the times at
/// which they are seen.
/// @param size of the file in bytes; stands in the summary as `document.size`.
/// @throws Error invalid_input if there is more than one video document: times would mean nothing.
[[nodiscard]] Json summarize(const Mmif& mmif, std::size_t size);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/summary.ipp>
#include <clams/mmif/impl/summary_entities.ipp>
#include <clams/mmif/impl/summary_time_frames.ipp>
#include <clams/mmif/impl/summary_times.ipp>
#include <clams/mmif/impl/summary_transcript.ipp>
#endif
