// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/transcription.hpp"
#include <clams/mmif/document.hpp>
#include <clams/mmif/view.hpp>

#include <string>

namespace whisper {

/// Writes the transcript of `source` into a view, as the Python app does: the text, and for each
/// word its place in the text, its place in time, and their alignment; for each segment a sentence.
/// The text is the words with single spaces between them. Segments without words give words that
/// share the segment's time.
/// @param language of the text
void write_transcript(const Transcription& transcription, const clams::Document& source,
                      const std::string& language, clams::View& view);

}  // namespace whisper
