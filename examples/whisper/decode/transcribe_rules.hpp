// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/transcriber.hpp"
#include "text/tokenizer.hpp"

#include <string>
#include <vector>

namespace whisper {

/// Nothing, if these options go together and fit the model.
/// @throws clams::Error invalid_parameter naming the option, its value and what would be right.
void check_transcribe_options(const TranscribeOptions& options, const Tokenizer& tokenizer);

/// The code of the language that the options name; empty if it is to be detected. A model that
/// knows only English detects nothing.
/// @throws clams::Error invalid_parameter for a language that the model does not know.
[[nodiscard]] std::string chosen_language(const TranscribeOptions& options,
                                          const Tokenizer& tokenizer);

/// All tokens that are never to be chosen, sorted: those that the options name, and the special
/// ones that have no place in a text.
[[nodiscard]] std::vector<int> suppressed_tokens(const TranscribeOptions& options,
                                                 const Tokenizer& tokenizer);

}  // namespace whisper
