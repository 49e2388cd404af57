// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/decoding_options.hpp"
#include "model/dimensions.hpp"
#include "text/tokenizer.hpp"

#include <cstddef>
#include <vector>

namespace whisper {

/// What a window's transcript begins with before anything is decoded.
struct StartTokens {
  std::vector<int> tokens = {};         ///< prompt, start sequence, prefix
  std::size_t start_of_transcript = 0;  ///< where among them
};

/// The end of the prompt that fits into its half of the context, the start sequence and the prefix.
[[nodiscard]] StartTokens make_start_tokens(const Tokenizer& tokenizer,
                                            const Dimensions& dimensions,
                                            const DecodingOptions& options);

}  // namespace whisper
