// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/tokenizer.hpp"

#include <vector>

namespace whisper {

/// The tokens that only annotations of a transcript begin with or consist of: speakers in brackets,
/// musical notes, dashes before a turn. Ordinary punctuation is not among them. Sorted.
[[nodiscard]] std::vector<int> find_non_speech_tokens(const Tokenizer& tokenizer);

}  // namespace whisper
